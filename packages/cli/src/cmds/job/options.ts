import { Argument, Command } from 'commander'
import { amount } from '../../arguments/amount.ts'
import { durationUpTo } from '../../arguments/duration.ts'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'
import type { JobAct, ResumeOptions } from './handler.ts'

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
      example('golem job 7f3a9c21', 'golem job 7f3a9c21 cancel', 'golem job 7f3a9c21 resume --budget 3 --deadline 2h'),
    )
    .option('--budget <glm>', 'with resume: the new budget, counted from the beginning of the job', amount)
    .option('--deadline <time>', 'with resume: the new deadline, from now', durationUpTo(360))
    .action((id: string, what: JobAct | undefined, options: ResumeOptions) =>
      act(async (cli) => (await import('./handler.ts')).actOnJob(cli, id, what, options)),
    )
