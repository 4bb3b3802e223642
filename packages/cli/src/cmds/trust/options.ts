import { Command } from 'commander'
import { address } from '../../arguments/address.ts'
import { collect } from '../../arguments/collect.ts'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'

const VERDICT = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
const PEER = '16Uiu2HAm9DmU3DpH6KegyNd6Git9mP136ZzzCG6pmdCnMYL1aR4d'
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
    .addCommand(
      new Command('rerun')
        .description('Do the check of a verdict again, on this machine: whether a rejection was right')
        .argument('<verdict>', 'its CID, as `golem trust show` names it')
        .option('--from <address>', 'a peer that has it; those who are connected are asked anyway', collect)
        .option('--key <key>', 'what the requestor of a private job gave out for this node (`golem trust admit`)')
        .addHelpText('after', example(`golem trust rerun ${VERDICT}`))
        .action((verdict: string, { from = [], key }: { from?: string[]; key?: string }) =>
          act(async (cli) => (await import('./handler.ts')).rerun(cli, { verdict, from, ...(key && { key }) })),
        ),
    )
    .addCommand(
      new Command('admit')
        .description('Let one more node read what a private job of yours moved, to check a verdict again')
        .argument('<verdict>', 'its CID, as `golem trust show` names it')
        .argument('<peer-id>', 'of that node, as `golem status` shows it there')
        .addHelpText('after', example(`golem trust admit ${VERDICT} ${PEER}`))
        .action((verdict: string, peerId: string) =>
          act(async (cli) => (await import('./handler.ts')).admit(cli, verdict, peerId)),
        ),
    )
}
