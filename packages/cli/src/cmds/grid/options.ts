import { Command } from 'commander'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'
import { withDaemonOptions } from '../up/options.ts'
import type { UpOptions } from '../up/up-options.ts'

const handlers = () => import('./handler.ts')

export const gridCommand = (act: Act): Command =>
  new Command('grid')
    .description('A private grid: machines that work for each other, and that nobody else can connect to')
    .addCommand(createCommand(act))
    .addCommand(joinCommand(act))
    .addCommand(showCommand(act))
    .addCommand(inviteCommand(act))
    .addCommand(leaveCommand(act))
    .addCommand(revokeCommand(act))
    .addHelpText('after', example('golem grid create studio', 'golem grid join INVITE --provide'))

const createCommand = (act: Act): Command =>
  withDaemonOptions(new Command('create').argument('<name>', 'small letters, digits and hyphens'))
    .description('Begin a private grid with this machine as its host, start its daemon, and print an invite')
    .addHelpText('after', example('golem grid create studio', 'golem grid create studio --provide --cores 4'))
    .action((name: string, options: UpOptions) => act(async (cli) => (await handlers()).createGrid(cli, name, options)))

const joinCommand = (act: Act): Command =>
  withDaemonOptions(new Command('join').argument('<invite>', 'as `golem grid create` printed it'))
    .description('Enter a private grid, and start the daemon; again with a new invite after a revocation')
    .addHelpText('after', example('golem grid join INVITE', 'golem grid join INVITE --provide --cores 8'))
    .action((invite: string, options: UpOptions) =>
      act(async (cli) => (await handlers()).joinGrid(cli, invite, options)),
    )

const showCommand = (act: Act): Command =>
  new Command('show')
    .description('The grid that this machine is in, and how many of its members are connected')
    .addHelpText('after', example('golem grid show', 'golem grid show --json'))
    .action(() => act(async (cli) => (await handlers()).showGrid(cli)))

const inviteCommand = (act: Act): Command =>
  new Command('invite')
    .description('Print the invite again, as a link and as a code to be scanned')
    .addHelpText('after', example('golem grid invite', 'golem grid invite --json'))
    .action(() => act(async (cli) => (await handlers()).inviteToGrid(cli)))

const leaveCommand = (act: Act): Command =>
  new Command('leave')
    .description('Stop the daemon, and forget the key of the grid')
    .option('--end', 'on the host: end the grid for all of its members')
    .addHelpText('after', example('golem grid leave', 'golem grid leave --end'))
    .action((options: { end?: true }) => act(async (cli) => (await handlers()).leaveGrid(cli, options)))

const revokeCommand = (act: Act): Command =>
  withDaemonOptions(new Command('revoke'))
    .description('On the host: a new key, so that no older invite lets anybody in; members join again with a new one')
    .addHelpText('after', example('golem grid revoke', 'golem grid revoke --json'))
    .action((options: UpOptions) => act(async (cli) => (await handlers()).revokeInvites(cli, options)))
