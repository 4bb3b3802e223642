import { Command } from 'commander'
import { positiveAmount } from '../../arguments/amount.ts'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'

const GLM = 'in GLM'

export const walletCommand = (act: Act): Command =>
  new Command('wallet')
    .description('Balances; deposit into the payment contract, withdraw from it')
    .addHelpText('after', example('golem wallet', 'golem wallet deposit 10', 'golem wallet withdraw 2.5'))
    .action(() => act(async (cli) => (await import('./handler.ts')).showWallet(cli)))
    .addCommand(
      new Command('deposit')
        .description('Move GLM from the wallet into the payment contract, from which jobs are paid')
        .argument('<amount>', GLM, positiveAmount)
        .addHelpText('after', example('golem wallet deposit 10'))
        .action((wei: string) => act(async (cli) => (await import('./handler.ts')).deposit(cli, wei))),
    )
    .addCommand(
      new Command('withdraw')
        .description('Move free GLM from the payment contract into the wallet')
        .argument('<amount>', GLM, positiveAmount)
        .addHelpText('after', example('golem wallet withdraw 2.5'))
        .action((wei: string) => act(async (cli) => (await import('./handler.ts')).withdraw(cli, wei))),
    )
