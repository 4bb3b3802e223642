import { Command } from 'commander'
import { count } from '../../arguments/count.ts'
import { example } from '../../arguments/example.ts'
import { withYes } from '../../arguments/yes.ts'
import type { Agreement } from '../../carry-out.ts'
import type { Act } from '../../cli.ts'
import type { Judgement, ReasonOptions, ShowOptions } from './handler.ts'

const APPLICATION = 'its id in the registry, or the name or CID of one that this node has'
const ID = '0x5f…'

export function registryCommand(act: Act): Command {
  const handler = () => import('./handler.ts')
  const judging = (name: Judgement, about: string) =>
    withYes(new Command(name))
      .description(about)
      .argument('<application>', APPLICATION)
      .requiredOption('--reason <file>', 'why: a file, which is kept for others to read, or a CID')
      .addHelpText('after', example(`golem registry ${name} blender --reason review.md`))
      .action((application: string, options: ReasonOptions) =>
        act(async (cli) => (await handler()).judge(cli, name, application, options)),
      )
  return new Command('registry')
    .description('Applications on the chain, and what validators say of them')
    .addHelpText('after', example('golem registry show', 'golem registry certify blender --reason review.md'))
    .addCommand(
      new Command('show')
        .description('What is published, and what the validators that this node believes say of it')
        .argument('[application]', APPLICATION)
        .option('--limit <n>', 'the newest so many, 100 at most', count, 20)
        .addHelpText('after', example('golem registry show', `golem registry show ${ID}`))
        .action((application: string | undefined, options: ShowOptions) =>
          act(async (cli) => (await handler()).showRegistry(cli, application, options)),
        ),
    )
    .addCommand(
      withYes(new Command('publish'))
        .description('Publish an application of this node, for ever')
        .argument('<app>', 'its name or CID')
        .addHelpText('after', example('golem registry publish blender'))
        .action((app: string, options: Agreement) =>
          act(async (cli) => (await import('../../carry-out.ts')).carryOut(cli, { act: 'publish', app }, options)),
        ),
    )
    .addCommand(judging('certify', 'Vouch for an application'))
    .addCommand(judging('denounce', 'Warn of an application'))
    .addCommand(judging('retract', 'Take back what this node said of an application'))
    .addCommand(judging('deprecate', 'Advise against an application of this node, for ever'))
}
