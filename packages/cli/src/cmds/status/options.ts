import { Command } from 'commander'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'

export const statusCommand = (act: Act): Command =>
  new Command('status')
    .description('What the daemon is and does')
    .addHelpText('after', example('golem status', 'golem status --json'))
    .action(() => act(async (cli) => (await import('./handler.ts')).showStatus(cli)))
