import { Command } from 'commander'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'

export const jobsCommand = (act: Act): Command =>
  new Command('jobs')
    .description('All jobs, newest first')
    .addHelpText('after', example('golem jobs', 'golem jobs --json'))
    .action(() => act(async (cli) => (await import('./handler.ts')).listJobs(cli)))
