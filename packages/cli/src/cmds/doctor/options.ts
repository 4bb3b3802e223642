import { Command } from 'commander'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'

export const doctorCommand = (act: Act): Command =>
  new Command('doctor')
    .description('What this machine can run, what is missing, and the remedy')
    .option('--app <name>', 'whether this node runs that application for others, by name or CID, and why not')
    .addHelpText('after', example('golem doctor', 'golem doctor --app blender', 'golem doctor --json'))
    .action(({ app }: { app?: string }) => act(async (cli) => (await import('./handler.ts')).examine(cli, app)))
