import { Command, Option } from 'commander'
import { count } from '../../arguments/count.ts'
import { durationUpTo } from '../../arguments/duration.ts'
import { example } from '../../arguments/example.ts'
import { price } from '../../arguments/price.ts'
import { size } from '../../arguments/size.ts'
import type { Act } from '../../cli.ts'
import type { ProvideOptions } from './provide-options.ts'

export const provideCommand = (act: Act): Command =>
  new Command('provide')
    .description('Lend this machine from now on, and say how; what is left out stays as it was')
    .option('--cores <n>', 'how many', count)
    .option('--memory <size>', 'for all programs of others together', size)
    .option('--disk <size>', 'for what they hold on the disk together', size)
    .option('--price <glm>', 'per core-hour of the reference machine, such as 0.1 or 0.1/core-hour', price)
    .addOption(
      new Option('--when <when>', 'idle: while nobody uses the machine').choices(['always', 'idle', 'schedule']),
    )
    .option('--schedule <hours>', 'only then, whatever --when says; "none" for any time')
    .option('--idle-after <time>', 'so long without anybody makes a machine idle', durationUpTo(1))
    .addOption(
      new Option(
        '--on-return <what>',
        'what running work does when you come back: goes on with what is left, or stands still',
      ).choices(['throttle', 'freeze']),
    )
    .option('--on-battery', 'lend on battery too')
    .option('--no-on-battery', 'not on battery')
    .option('--on-metered', 'lend over networks that cost by the byte too')
    .option('--no-on-metered', 'not over those')
    .addOption(
      new Option('--priority <priority>', 'lowest computes with what your own programs leave').choices([
        'lowest',
        'normal',
      ]),
    )
    .option('--pause <time>', 'stand still for so long', durationUpTo(366))
    .option('--resume', 'end a pause')
    .option('--off', 'lend no more')
    .addHelpText(
      'after',
      example(
        'golem provide --cores 2 --memory 4GiB --disk 20GiB --price 0.1/core-hour --when idle',
        'golem provide --when schedule --schedule "mon-fri 19:00-07:30, sat-sun"',
        'golem provide --pause 1h',
        'golem provide --off',
        'golem provide show',
      ),
    )
    .action((options: ProvideOptions) => act(async (cli) => (await import('./handler.ts')).provide(cli, options)))
    .addCommand(
      new Command('show')
        .description('How this machine lends, whether it does now, and why not')
        .addHelpText('after', example('golem provide show', 'golem provide show --json'))
        .action(() => act(async (cli) => (await import('./handler.ts')).showLending(cli))),
    )
