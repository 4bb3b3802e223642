import { Command } from 'commander'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'

export const policyCommand = (act: Act): Command =>
  new Command('policy')
    .description('What this node grants to the programs it runs for others')
    .addHelpText(
      'after',
      example('golem policy show', 'golem policy set max.memory 4GiB', 'golem policy set network never'),
    )
    .addCommand(
      new Command('show')
        .description('The policy, with every key explained')
        .addHelpText('after', example('golem policy show', 'golem policy show --json'))
        .action(() => act(async (cli) => (await import('./handler.ts')).showPolicy(cli))),
    )
    .addCommand(
      new Command('set')
        .description('Change one key; it counts from the next subtask on')
        .argument('<key>', 'as in the file: run, network, max.memory, deny.requestors, ...')
        .argument('[value]', 'several with commas; none takes the key back')
        .addHelpText(
          'after',
          example('golem policy set run listed', 'golem policy set allow.apps blender', 'golem policy set max.memory'),
        )
        .action((key: string, value?: string) =>
          act(async (cli) => (await import('./handler.ts')).setPolicy(cli, key, value ?? '')),
        ),
    )
