import { Command } from 'commander'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'

export const doctorCommand = (act: Act): Command =>
  new Command('doctor')
    .description('What this machine can run, what is missing, and the remedy')
    .addHelpText('after', example('golem doctor', 'golem doctor --json'))
    .action(() => act(async (cli) => (await import('./handler.ts')).examine(cli)))
