import { Command, Option } from 'commander'
import { amount } from '../../arguments/amount.ts'
import { collect } from '../../arguments/collect.ts'
import { count } from '../../arguments/count.ts'
import { durationUpTo } from '../../arguments/duration.ts'
import { example } from '../../arguments/example.ts'
import { rate } from '../../arguments/rate.ts'
import { size } from '../../arguments/size.ts'
import type { Act } from '../../cli.ts'
import type { UpOptions } from './up-options.ts'

/** How a daemon is started, whatever its chain. */
export const withDaemonOptions = (command: Command): Command =>
  command
    .option('--provide', 'begin to lend this machine; `golem provide` says more of how')
    .option('--runtime <name>', 'OCI runtime: its name or path (default: the safest that works here)')
    .option('--cores <n>', 'how many (default: as before, all but one at first)', count)
    .option('--price <glm>', 'per core-hour of the reference machine (default: as before, 0.1 at first)', amount)
    .option('--unpaid <glm>', 'most that one requestor may leave unpaid (default: an hour of the cores)', amount)
    .addOption(
      new Option('--priority <priority>', 'of what is lent: lowest, the default, computes with what is left').choices([
        'lowest',
        'normal',
      ]),
    )
    .option('--password-file <file>', 'its first line opens the key (default: $GOLEM_PASSWORD, or asked for)')
    .option('--bootstrap <addr>', 'peer to dial first; may be repeated', collect)
    .option('--listen <addr>', 'where peers reach this node; may be repeated', collect)
    .option('--announce <addr>', 'what to tell peers instead, behind a router that forwards; may be repeated', collect)
    .option('--mdns', 'find peers in the local network (default: yes)')
    .option('--no-mdns', 'do not look for peers in the local network')
    .option('--upnp', 'ask the router to forward ports (default: yes, but not with --dev)')
    .option('--no-upnp', 'do not ask the router')
    .option('--relay', 'relay for peers that nobody can dial, once others have dialled this node (default: yes)')
    .option('--no-relay', 'relay for nobody')
    .option('--storage <size>', 'what content may take on the disk (default: 50GiB)', size)
    .option('--gateway <url>', 'IPFS gateway to ask for content that no peer has; may be repeated', collect)
    .option('--bitswap', 'let other IPFS nodes connect and fetch content (default: yes)')
    .option('--no-bitswap', 'do not let other IPFS nodes connect and fetch content')
    .option('--port <n>', 'of the HTTP interface on loopback (default: a free one)', count)
    .option('--no-open', 'do not open the Golem App in a browser')
    .option('--offer-timeout <time>', 'how long jobs wait for a first offer', durationUpTo(1))

export const upCommand = (act: Act): Command =>
  withDaemonOptions(new Command('up').description('Start the daemon'))
    .option('--dev', 'use the embedded development chain, whose money is worth nothing')
    .option('--dev-dir <dir>', 'where it lives; daemons that share the folder share the chain (default: HOME/dev)')
    .option('--rpc-url <url>', 'use the chain at this address instead (default: as `golem chain use` said)')
    .option('--token <address>', 'the token on that chain')
    .option('--chain-id <n>', 'its id: another is refused (default: any)', count)
    .option('--payments <address>', 'the payment contract on that chain (default: where this release puts it)')
    .option('--glm-per-eth <n>', 'what an ETH is worth, to weigh gas by (default: 1000; 0 with --dev)', rate)
    .option('--foreground', 'stay, and end with Ctrl-C')
    .addHelpText('after', example('golem up --dev', 'golem up --dev --provide --cores 4 --price 0.1'))
    .action((options: UpOptions) => act(async (cli) => (await import('./handler.ts')).startDaemon(cli, options)))
