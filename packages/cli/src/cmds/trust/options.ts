import { Command } from 'commander'
import { address } from '../../arguments/address.ts'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'

const SOMEBODY = '0x5fbdb2315678afecb367f032d93f642f64180aa3'

export function trustCommand(act: Act): Command {
  return new Command('trust')
    .description('What this node has seen of others, and whom it works with because of that')
    .addHelpText('after', example('golem trust', `golem trust show ${SOMEBODY}`))
    .action(() => act(async (cli) => (await import('./handler.ts')).showTrust(cli)))
    .addCommand(
      new Command('show')
        .description('One party in words, with the evidence')
        .argument('<peer>', 'its address', address)
        .addHelpText('after', example(`golem trust show ${SOMEBODY}`))
        .action((peer: string) => act(async (cli) => (await import('./handler.ts')).showParty(cli, peer))),
    )
}
