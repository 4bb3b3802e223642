import { Argument, Command } from 'commander'
import { amount } from '../../arguments/amount.ts'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'
import type { JobAct } from './handler.ts'

export const jobCommand = (act: Act): Command =>
  new Command('job')
    .description('Show one job, watch it, cancel it, or resume it')
    .argument('<id>', 'as `golem jobs` lists it')
    .addArgument(
      new Argument('[act]', 'default: watch on a terminal, show elsewhere').choices([
        'show',
        'watch',
        'cancel',
        'resume',
      ] satisfies JobAct[]),
    )
    .addHelpText(
      'after',
      example('golem job 7f3a9c21', 'golem job 7f3a9c21 cancel', 'golem job 7f3a9c21 resume --budget 3'),
    )
    .option('--budget <glm>', 'with resume: the new budget, counted from the beginning of the job', amount)
    .action((id: string, what: JobAct | undefined, { budget }: { budget?: string }) =>
      act(async (cli) => (await import('./handler.ts')).actOnJob(cli, id, what, budget)),
    )
