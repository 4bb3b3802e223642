import { Command } from 'commander'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'
import type { AppOptions } from './app-options.ts'

export const appCommand = (act: Act): Command =>
  new Command('app')
    .description('Open the Golem App in a browser: lend, render and look after the wallet there')
    .option('--no-open', 'only print the link; it works once, within ten minutes')
    .addHelpText('after', example('golem app', 'golem app --no-open'))
    .action((options: AppOptions) => act(async (cli) => (await import('./handler.ts')).showApp(cli, options)))
