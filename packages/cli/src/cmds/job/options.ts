import { Argument, Command } from 'commander'
import { amount } from '../../arguments/amount.ts'
import { durationUpTo } from '../../arguments/duration.ts'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'
import type { JobAct, JobActOptions } from './handler.ts'

export const jobCommand = (act: Act): Command =>
  new Command('job')
    .description(
      'Show one job, watch it, pause, cancel or resume it, change its budget, or have a result computed again',
    )
    .argument('<id>', 'as `golem jobs` lists it')
    .addArgument(
      new Argument('[act]', 'default: watch on a terminal, show elsewhere').choices([
        'show',
        'watch',
        'pause',
        'cancel',
        'resume',
        'budget',
        'redo',
      ] satisfies JobAct[]),
    )
    .addHelpText(
      'after',
      example(
        'golem job 7f3a9c21',
        'golem job 7f3a9c21 pause',
        'golem job 7f3a9c21 resume --budget 3 --deadline 2h',
        'golem job 7f3a9c21 budget --budget 4',
        'golem job 7f3a9c21 redo --group frame-7',
      ),
    )
    .option('--budget <glm>', 'with resume and budget: the new one, counted from the beginning of the job', amount)
    .option('--deadline <time>', 'with resume: the new deadline, from now', durationUpTo(360))
    .option('--group <id>', 'with redo: what is computed again, as `golem job ID --json` names it under `results`')
    .action((id: string, what: JobAct | undefined, options: JobActOptions) =>
      act(async (cli) => (await import('./handler.ts')).actOnJob(cli, id, what, options)),
    )
