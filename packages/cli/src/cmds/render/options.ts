import { Command, Option } from 'commander'
import { amount } from '../../arguments/amount.ts'
import { check } from '../../arguments/check.ts'
import { count } from '../../arguments/count.ts'
import { durationUpTo } from '../../arguments/duration.ts'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'
import type { RenderOptions } from './render-options.ts'

const DAY_MS = 86_400_000

export const renderCommand = (act: Act): Command =>
  new Command('render')
    .description('Render a Blender file over the grid; what is left out comes from the file')
    .argument('<file>', 'a .blend file')
    .option('--frames <range>', 'such as 1-24 or 1-24,30')
    .option('--frame-step <n>', 'every n-th frame', count)
    .option('--tiles <grid>', 'auto, 1x1, 4x4: how a frame is cut (default: auto)')
    .option('--samples <n>', 'per pixel', count)
    .option('--format <name>', 'png, exr, multilayer-exr, ...')
    .option('--movie <name>', 'also a movie of the frames: mp4 or webm')
    .option('--resolution <size>', 'such as 1920x1080 or 50%')
    .option('--scene <name>')
    .option('--camera <name>')
    .option('--view-layer <name>')
    .addOption(new Option('--denoise <off>', 'render without denoising').choices(['off']))
    .option('--out <dir>', 'where the frames go (default: golem-out/FILE-TIME)')
    .option('--budget <glm>', 'the most the job may spend (default: what the estimate says)', amount)
    .addOption(new Option('--deadline <time>', 'from now').argParser(durationUpTo(360)).default(DAY_MS, '1d'))
    .option('--offer-timeout <time>', 'how long to wait for a first offer', durationUpTo(1))
    .option('--private', 'seal the scene and the pictures, so that only hired providers can read them')
    .option(
      '--check <how>',
      'check more than a hidden part of each result: crops=4, replicate=2/3, exact; or none',
      check,
    )
    .option('--take-unchecked', 'with --check none: yes, take and pay for results that nobody checked')
    .addOption(
      new Option(
        '--auditors <who>',
        'have samples of finished work checked by other nodes, which read it: any with a stake, or those you follow (default: none)',
      ).choices(['any', 'followed', 'none']),
    )
    .option('--estimate', 'only tell what it would cost')
    .option('--yes', 'accept the estimate without being asked')
    .addHelpText(
      'after',
      example(
        'golem render scene.blend --frames 1-24 --budget 2',
        'golem render scene.blend --estimate',
        'golem render scene.blend --check crops=4 --auditors any',
        'golem render still.blend --tiles 4x4 --samples 128 --format exr --out still --deadline 10m',
      ),
    )
    .action((file: string, options: RenderOptions) =>
      act(async (cli) => (await import('./handler.ts')).render(cli, file, options)),
    )
