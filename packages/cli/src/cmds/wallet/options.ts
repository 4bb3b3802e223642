import { Command } from 'commander'
import { positiveAmount } from '../../arguments/amount.ts'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'
import type { ExportOptions } from './backup.ts'

const GLM = 'in GLM'

export const walletCommand = (act: Act): Command =>
  new Command('wallet')
    .description('Balances; deposit into the payment contract, withdraw from it; back up')
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
        .description('Bring a backup, or a keystore of another wallet, into a home whose daemon does not run')
        .argument('<file>', 'that `golem wallet export` has written')
        .option('--password-file <file>', 'its first line is the password (default: $GOLEM_PASSWORD, or asked for)')
        .addHelpText('after', example('golem wallet import ~/golem-backup.json --home ~/golem-2'))
        .action((file: string, options: ExportOptions) =>
          act(async (cli) => (await import('./backup.ts')).importWallet(cli, file, options)),
        ),
    )
