import type { ListKind } from '@golem/api'
import { Argument, Command } from 'commander'
import { address } from '../../arguments/address.ts'
import { days } from '../../arguments/days.ts'
import { example } from '../../arguments/example.ts'
import { withYes } from '../../arguments/yes.ts'
import type { Agreement } from '../../carry-out.ts'
import type { Act } from '../../cli.ts'
import type { AddOptions, AppealOptions } from './handler.ts'

const SOMEBODY = '0x5fbdb2315678afecb367f032d93f642f64180aa3'
const SUBJECT = 'an address; of an application its id in the registry, or its name on this node'
const kindArgument = () =>
  new Argument('<kind>', 'as what it is listed').choices(['provider', 'requestor', 'author', 'application'])

export function blacklistCommand(act: Act): Command {
  const handler = () => import('./handler.ts')
  const carryOut = async () => (await import('../../carry-out.ts')).carryOut
  return new Command('blacklist')
    .description('Lists of those whom somebody advises against: follow some, keep one, answer to them')
    .addHelpText('after', example('golem blacklist show', `golem blacklist follow ${SOMEBODY}`))
    .addCommand(
      new Command('show')
        .description('Whose lists this node follows; or the entries of one list')
        .argument('[owner]', 'whose list', address)
        .addHelpText('after', example('golem blacklist show', `golem blacklist show ${SOMEBODY}`))
        .action((owner: string | undefined) =>
          act(async (cli) => {
            const { showFollowed, showList } = await handler()
            return owner === undefined ? showFollowed(cli) : showList(cli, owner)
          }),
        ),
    )
    .addCommand(
      new Command('follow')
        .description('Believe a list: whom it names is not worked with, where the mode is auto. Costs nothing')
        .argument('<owner>', 'whose list', address)
        .option('--stop', 'no more')
        .addHelpText(
          'after',
          example(`golem blacklist follow ${SOMEBODY}`, `golem blacklist follow ${SOMEBODY} --stop`),
        )
        .action((owner: string, { stop }: { stop?: true }) =>
          act(async (cli) =>
            (await handler()).changeFollowing(cli, stop === true ? { unfollow: owner } : { follow: owner }),
          ),
        ),
    )
    .addCommand(
      new Command('mode')
        .description('What followed lists do. Costs nothing')
        .addArgument(
          new Argument('<mode>', 'whom they name is not worked with; only told of in the log; like any').choices([
            'auto',
            'warn',
            'off',
          ]),
        )
        .addHelpText('after', example('golem blacklist mode warn'))
        .action((mode: 'auto' | 'warn' | 'off') =>
          act(async (cli) => (await handler()).changeFollowing(cli, { mode })),
        ),
    )
    .addCommand(
      withYes(new Command('add'))
        .description('Put somebody on the list of this node, for everybody to read')
        .addArgument(kindArgument())
        .argument('<subject>', SUBJECT)
        .requiredOption('--evidence <file>', 'why: a file, which is kept for others to read, or a CID')
        .option('--days <n>', 'until the entry counts no more, 180 at most', days, 90)
        .addHelpText('after', example(`golem blacklist add provider ${SOMEBODY} --evidence verdict.json --days 30`))
        .action((kind: ListKind, subject: string, options: AddOptions) =>
          act(async (cli) => (await handler()).addEntry(cli, kind, subject, options)),
        ),
    )
    .addCommand(
      withYes(new Command('remove'))
        .description('Take somebody off the list of this node')
        .addArgument(kindArgument())
        .argument('<subject>', SUBJECT)
        .addHelpText('after', example(`golem blacklist remove provider ${SOMEBODY}`))
        .action((kind: ListKind, subject: string, options: Agreement) =>
          act(async (cli) => (await carryOut())(cli, { act: 'delist', kind, subject }, options)),
        ),
    )
    .addCommand(
      withYes(new Command('appeal'))
        .description('Answer to an entry, for everybody to read: who is listed; for an application anybody')
        .argument('<owner>', 'whose list', address)
        .addArgument(kindArgument())
        .argument('<subject>', SUBJECT)
        .requiredOption('--statement <file>', 'the answer: a file, which is kept for others to read, or a CID')
        .addHelpText('after', example(`golem blacklist appeal ${SOMEBODY} provider 0x… --statement answer.md`))
        .action((owner: string, kind: ListKind, subject: string, options: AppealOptions) =>
          act(async (cli) => (await handler()).appeal(cli, owner, [kind, subject], options)),
        ),
    )
}
