import { Command } from 'commander'
import { collect } from '../../arguments/collect.ts'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'
import type { VetOptions } from './vet.ts'

export function auditCommand(act: Act): Command {
  const status = () => act(async (cli) => (await import('./handler.ts')).showAudits(cli))
  const command = new Command('audit')
    .description('Audit the finished work of others for a fee, what auditors found of your jobs, and new applications')
    .addHelpText('after', example('golem audit', 'golem stake add 100', 'golem audit on'))
    .action(status)
    .addCommand(
      new Command('status')
        .description('What was audited here, and what others audited')
        .addHelpText('after', example('golem audit status'))
        .action(status),
    )
  command
    .addCommand(
      new Command('vet')
        .description(
          'Run an application under observation, and report what it tried: network, files, ways out, processes',
        )
        .argument('<application>', 'its id in the registry, the CID of its manifest, or the name of one of this node')
        .option('--request <file>', 'JSON: {"method": …, "params": {…}} or a list of such; may be repeated', collect)
        .option('--inputs <path>', 'a file or folder that its program finds at /in')
        .option('--from <source>', 'who has it: a peer’s address, or the URL of a gateway; may be repeated', collect)
        .addHelpText(
          'after',
          example('golem audit vet blender', 'golem audit vet 0x5f… --request run.json --inputs ./data'),
        )
        .action((application: string, options: VetOptions) =>
          act(async (cli) => (await import('./vet.ts')).vet(cli, application, options)),
        ),
    )
    .addCommand(
      new Command('report')
        .description('What somebody saw of an application that ran under observation')
        .argument('<cid>', 'of the report, as a statement in the registry names it')
        .addHelpText('after', example('golem audit report bafkrei…'))
        .action((cid: string) => act(async (cli) => (await import('./vet.ts')).showReport(cli, cid))),
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
