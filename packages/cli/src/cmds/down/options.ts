import { Command } from 'commander'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'

export const downCommand = (act: Act): Command =>
  new Command('down')
    .description('Stop the daemon; unfinished jobs go on when it is started again')
    .addHelpText('after', example('golem down', 'golem down --json'))
    .action(() => act(async (cli) => (await import('./handler.ts')).stopDaemon(cli)))
