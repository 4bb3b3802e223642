import { Command } from 'commander'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'

export function auditCommand(act: Act): Command {
  const status = () => act(async (cli) => (await import('./handler.ts')).showAudits(cli))
  const command = new Command('audit')
    .description('Audit the finished work of others for a fee; and what auditors found of your jobs')
    .addHelpText('after', example('golem audit', 'golem stake add 100', 'golem audit on'))
    .action(status)
    .addCommand(
      new Command('status')
        .description('What was audited here, and what others audited')
        .addHelpText('after', example('golem audit status'))
        .action(status),
    )
  for (const [name, description] of [
    ['on', 'Be drawn to check the work of others again, in the sandbox of this node'],
    ['off', 'Be drawn no more; what was taken is finished'],
  ] as const)
    command.addCommand(
      new Command(name)
        .description(description)
        .addHelpText('after', example(`golem audit ${name}`))
        .action(() => act(async (cli) => (await import('./handler.ts')).changeAudits(cli, name === 'on'))),
    )
  return command
}
