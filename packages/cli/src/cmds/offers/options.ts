import { Command } from 'commander'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'

export const offersCommand = (act: Act): Command =>
  new Command('offers')
    .description('Offers of providers, as this node has seen them')
    .addHelpText('after', example('golem offers', 'golem offers --json'))
    .action(() => act(async (cli) => (await import('./handler.ts')).listOffers(cli)))
