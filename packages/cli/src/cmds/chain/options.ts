import { Command, Option } from 'commander'
import { address } from '../../arguments/address.ts'
import { positiveAmount } from '../../arguments/amount.ts'
import { durationUpTo } from '../../arguments/duration.ts'
import { example } from '../../arguments/example.ts'
import { withYes } from '../../arguments/yes.ts'
import type { Act } from '../../cli.ts'
import type { DeployOptions, UseOptions } from './handler.ts'

const TOKEN = '0x5fbdb2315678afecb367f032d93f642f64180aa3'
const RPC = 'http://127.0.0.1:8545'
const DAY_MS = 86_400_000
const eth = (amount: number): string => `${amount}${'0'.repeat(18)}`

export function chainCommand(act: Act): Command {
  const handler = () => import('./handler.ts')
  return new Command('chain')
    .description('Another chain than the embedded one: make its contracts, and use it')
    .addHelpText('after', example(`golem chain deploy --rpc ${RPC}`, `golem chain use --rpc ${RPC} --token ${TOKEN}`))
    .addCommand(
      withYes(new Command('deploy'))
        .description('Make what a chain lacks of the contracts: for a token that exists, or with a token of its own')
        .requiredOption('--rpc <url>', 'the chain, by JSON-RPC over HTTP')
        .option('--token <address>', 'an ERC-20 that exists (default: a crowdfunding makes and sells one)', address)
        .addOption(
          new Option('--minimum <eth>', 'that makes the crowdfunding a success')
            .argParser(positiveAmount)
            .default(eth(150_000), '150,000'),
        )
        .addOption(
          new Option('--cap <eth>', 'at which it ends at once, 820,000 at most')
            .argParser(positiveAmount)
            .default(eth(820_000), '820,000'),
        )
        .addOption(
          new Option('--for <time>', 'how long it takes contributions')
            .argParser(durationUpTo(3_650))
            .default(30 * DAY_MS, '30d'),
        )
        .addOption(
          new Option('--team-lock <time>', 'until the team’s share is released')
            .argParser(durationUpTo(3_650))
            .default(180 * DAY_MS, '180d'),
        )
        .option('--company <address>', 'who gets its share, the team’s, and the ETH (default: this node)', address)
        .option('--password-file <file>', 'its first line opens the key (default: $GOLEM_PASSWORD, or asked for)')
        .addHelpText(
          'after',
          example(
            `golem chain deploy --rpc ${RPC} --minimum 0.1 --cap 1 --for 1h`,
            `golem chain deploy --rpc ${RPC} --token ${TOKEN}`,
          ),
        )
        .action((options: DeployOptions) => act(async (cli) => (await handler()).deployChain(cli, options))),
    )
    .addCommand(
      new Command('use')
        .description('Have the daemon use a chain from its next start on, once its contracts were looked at')
        .option('--rpc <url>', 'the chain, by JSON-RPC over HTTP')
        .option('--token <address>', 'the token', address)
        .option('--payments <address>', 'the payment contract (default: where this release puts it)', address)
        .option('--dev', 'forget it, and go back to the embedded chain')
        .addHelpText('after', example(`golem chain use --rpc ${RPC} --token ${TOKEN}`, 'golem chain use --dev'))
        .action((options: UseOptions) => act(async (cli) => (await handler()).useChain(cli, options))),
    )
    .addCommand(
      new Command('show')
        .description('The chain that is remembered')
        .addHelpText('after', example('golem chain show', 'golem chain show --json'))
        .action(() => act(async (cli) => (await handler()).showChain(cli))),
    )
}
