import { Command } from 'commander'
import { positiveAmount } from '../../arguments/amount.ts'
import { example } from '../../arguments/example.ts'
import { withYes } from '../../arguments/yes.ts'
import type { Agreement } from '../../carry-out.ts'
import type { Act } from '../../cli.ts'

export const crowdfundCommand = (act: Act): Command => {
  const carryOut = async () => (await import('../../carry-out.ts')).carryOut
  return new Command('crowdfund')
    .description('The crowdfunding that makes and sells the token')
    .addHelpText('after', example('golem crowdfund status', 'golem crowdfund contribute 0.5'))
    .addCommand(
      new Command('status')
        .description('How it stands, and what this node has in it')
        .addHelpText('after', example('golem crowdfund status', 'golem crowdfund status --json'))
        .action(() => act(async (cli) => (await import('./handler.ts')).showCrowdfund(cli))),
    )
    .addCommand(
      withYes(new Command('contribute'))
        .description('Contribute ETH, for 1,000 GLM each')
        .argument('<amount>', 'in ETH', positiveAmount)
        .addHelpText('after', example('golem crowdfund contribute 0.5'))
        .action((amountWei: string, options: Agreement) =>
          act(async (cli) => (await carryOut())(cli, { act: 'contribute', amountWei }, options)),
        ),
    )
    .addCommand(
      withYes(new Command('finalize'))
        .description('After a success: make the tokens of team and company, and let all tokens move')
        .addHelpText('after', example('golem crowdfund finalize'))
        .action((options: Agreement) => act(async (cli) => (await carryOut())(cli, { act: 'finalize' }, options))),
    )
    .addCommand(
      withYes(new Command('refund'))
        .description('After a failure: take back all that this node contributed')
        .addHelpText('after', example('golem crowdfund refund'))
        .action((options: Agreement) => act(async (cli) => (await carryOut())(cli, { act: 'refund' }, options))),
    )
}
