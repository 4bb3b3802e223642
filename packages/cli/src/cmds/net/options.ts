import { Command } from 'commander'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'

export const netCommand = (act: Act): Command =>
  new Command('net')
    .description('Peers, addresses and relays of this node, and why others cannot reach it where they cannot')
    .addHelpText('after', example('golem net', 'golem net --json'))
    .action(() => act(async (cli) => (await import('./handler.ts')).showNet(cli)))
