import { Command } from 'commander'
import { address } from '../../arguments/address.ts'
import { positiveAmount } from '../../arguments/amount.ts'
import { count } from '../../arguments/count.ts'
import { example } from '../../arguments/example.ts'
import { withYes } from '../../arguments/yes.ts'
import type { Agreement } from '../../carry-out.ts'
import type { Act } from '../../cli.ts'
import type { ExportOptions } from './backup.ts'

const GLM = 'in GLM'

export const walletCommand = (act: Act): Command => {
  const carryOut = async () => (await import('../../carry-out.ts')).carryOut
  return new Command('wallet')
    .description('Balances and history; deposit into the payment contract, withdraw from it, send; back up')
    .addHelpText('after', example('golem wallet', 'golem wallet deposit 10', 'golem wallet withdraw 2.5'))
    .action(() => act(async (cli) => (await import('./handler.ts')).showWallet(cli)))
    .addCommand(
      new Command('history')
        .description('Transactions of this account, and what each was for')
        .option('--limit <n>', 'the newest so many', count, 100)
        .addHelpText('after', example('golem wallet history', 'golem wallet history --limit 1000 --json'))
        .action((options: { limit: number }) =>
          act(async (cli) => (await import('./handler.ts')).showHistory(cli, options)),
        ),
    )
    .addCommand(
      withYes(new Command('deposit'))
        .description('Move GLM from the wallet into the payment contract, from which jobs are paid')
        .argument('<amount>', GLM, positiveAmount)
        .addHelpText('after', example('golem wallet deposit 10', 'golem wallet deposit 10 --yes'))
        .action((amountWei: string, options: Agreement) =>
          act(async (cli) => (await carryOut())(cli, { act: 'deposit', amountWei }, options)),
        ),
    )
    .addCommand(
      withYes(new Command('withdraw'))
        .description('Move free GLM from the payment contract into the wallet')
        .argument('<amount>', GLM, positiveAmount)
        .addHelpText('after', example('golem wallet withdraw 2.5'))
        .action((amountWei: string, options: Agreement) =>
          act(async (cli) => (await carryOut())(cli, { act: 'withdraw', amountWei }, options)),
        ),
    )
    .addCommand(
      withYes(new Command('settle'))
        .description('Pay providers now what was promised, and take now what is owed to this node')
        .addHelpText('after', example('golem wallet settle', 'golem wallet settle --yes'))
        .action((options: Agreement) => act(async (cli) => (await carryOut())(cli, { act: 'settle' }, options))),
    )
    .addCommand(
      withYes(new Command('send'))
        .description('Send GLM, or ETH, from the wallet to another account')
        .argument('<amount>', GLM, positiveAmount)
        .argument('<address>', 'who gets it', address)
        .option('--eth', 'the amount is ETH')
        .addHelpText('after', example('golem wallet send 2.5 0x5fbdb2315678afecb367f032d93f642f64180aa3'))
        .action((amountWei: string, to: string, { eth, ...options }: Agreement & { eth?: true }) =>
          act(async (cli) =>
            (await carryOut())(cli, { act: 'send', coin: eth === true ? 'eth' : 'glm', amountWei, to }, options),
          ),
        ),
    )
    .addCommand(
      new Command('export')
        .description('Write the key, vouchers and proofs into one file, from which another home can be made')
        .argument('<file>', 'to write; nothing is replaced')
        .option('--plain', 'without encryption')
        .option('--password-file <file>', 'its first line is the password (default: $GOLEM_PASSWORD, or asked for)')
        .addHelpText('after', example('golem wallet export ~/golem-backup.json'))
        .action((file: string, options: ExportOptions) =>
          act(async (cli) => (await import('./backup.ts')).exportWallet(cli, file, options)),
        ),
    )
    .addCommand(
      new Command('import')
        .description('Bring a backup, or a keystore of another wallet, into a home that has no other key')
        .argument('<file>', 'that `golem wallet export` has written')
        .option('--password-file <file>', 'its first line is the password (default: $GOLEM_PASSWORD, or asked for)')
        .addHelpText('after', example('golem wallet import ~/golem-backup.json --home ~/golem-2'))
        .action((file: string, options: ExportOptions) =>
          act(async (cli) => (await import('./backup.ts')).importWallet(cli, file, options)),
        ),
    )
}
