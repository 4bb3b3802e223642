import { Command } from 'commander'
import { address } from '../../arguments/address.ts'
import { count } from '../../arguments/count.ts'
import { example } from '../../arguments/example.ts'
import { withYes } from '../../arguments/yes.ts'
import type { Agreement } from '../../carry-out.ts'
import type { Act } from '../../cli.ts'

const VERDICT = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'

export function disputeCommand(act: Act): Command {
  const carryOut = async () => (await import('../../carry-out.ts')).carryOut
  return new Command('dispute')
    .description('Have a panel of stakers judge a verdict; the loser pays')
    .addHelpText('after', example('golem dispute', `golem dispute open ${VERDICT}`))
    .action(() => act(async (cli) => (await import('./handler.ts')).showDisputes(cli)))
    .addCommand(
      withYes(new Command('open'))
        .description('Accuse whoever signed a verdict that does not hold. Look first: golem trust rerun')
        .argument('<verdict>', 'its CID, as `golem trust show` names it')
        .option('--against <address>', 'somebody else: the provider, where the verdict is against its work', address)
        .addHelpText('after', example(`golem dispute open ${VERDICT}`))
        .action((verdict: string, { against, ...options }: Agreement & { against?: string }) =>
          act(async (cli) =>
            (await carryOut())(
              cli,
              { act: 'dispute', verdict, ...(against === undefined ? {} : { against }) },
              options,
            ),
          ),
        ),
    )
    .addCommand(
      withYes(new Command('appeal'))
        .description('Take a dispute that this node is losing to a panel of twice the seats, for twice the bond')
        .argument('<number>', 'the dispute', count)
        .addHelpText('after', example('golem dispute appeal 4'))
        .action((id: number, options: Agreement) =>
          act(async (cli) => (await carryOut())(cli, { act: 'appeal-verdict', id }, options)),
        ),
    )
}
