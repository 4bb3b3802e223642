import { Command } from 'commander'
import { positiveAmount } from '../../arguments/amount.ts'
import { example } from '../../arguments/example.ts'
import { withYes } from '../../arguments/yes.ts'
import type { Agreement } from '../../carry-out.ts'
import type { Act } from '../../cli.ts'

const ACTS = [
  ['exit', 'exit', 'Ask for all of it back'],
  ['stay', 'stay', 'Leave it where it is after all'],
  ['withdraw', 'unstake', 'Take it back, once the exit is due'],
  ['serve', 'serve', 'Be drawn for panels that judge disputes: this node votes by itself'],
  ['resign', 'resign', 'Be drawn no more'],
] as const

export function stakeCommand(act: Act): Command {
  const carryOut = async () => (await import('../../carry-out.ts')).carryOut
  const command = new Command('stake')
    .description('What this node puts at stake for its honesty, and whether it judges disputes for that')
    .addHelpText('after', example('golem stake', 'golem stake add 100', 'golem stake serve'))
    .action(() => act(async (cli) => (await import('../dispute/handler.ts')).showStake(cli)))
    .addCommand(
      withYes(new Command('add'))
        .description('Put GLM of the wallet at stake')
        .argument('<glm>', 'how much', positiveAmount)
        .addHelpText('after', example('golem stake add 100'))
        .action((amountWei: string, options: Agreement) =>
          act(async (cli) => (await carryOut())(cli, { act: 'stake', amountWei }, options)),
        ),
    )
  for (const [name, what, description] of ACTS)
    command.addCommand(
      withYes(new Command(name))
        .description(description)
        .addHelpText('after', example(`golem stake ${name}`))
        .action((options: Agreement) => act(async (cli) => (await carryOut())(cli, { act: what }, options))),
    )
  return command
}
