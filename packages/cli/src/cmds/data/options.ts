import { Command, Option } from 'commander'
import { collect } from '../../arguments/collect.ts'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'
import type { AddOptions, FromOptions, OutOptions } from './handler.ts'

const CID = 'content, such as bafy…'
const FROM = 'who has it: an address that ends in /p2p/ID, or a gateway; may be repeated (default: all connected peers)'
const PROFILES = ['unixfs-v1-2025', 'unixfs-v0-2015']

export function dataCommand(act: Act): Command {
  const handler = () => import('./handler.ts')
  return new Command('data')
    .description('Files and folders by what they contain: add, fetch, keep, and let go')
    .addHelpText('after', example('golem data add scene/', 'golem data get bafy… --out scene', 'golem data ls'))
    .addCommand(
      new Command('add')
        .description('Add a file, a folder, or a file from the web; it is kept until it is unpinned')
        .argument('<path>', 'or a URL')
        .option('--no-pin', 'do not keep it: it goes when room is needed')
        .addOption(
          new Option(
            '--profile <name>',
            'unixfs-v0-2015 gives the CIDs of kubo where it is asked for no profile',
          ).choices(PROFILES),
        )
        .addHelpText('after', example('golem data add scene/'))
        .action((path: string, options: AddOptions) =>
          act(async (cli) => (await handler()).addData(cli, path, options)),
        ),
    )
    .addCommand(
      new Command('get')
        .description('Write content to the disk, fetched from peers where it is not here')
        .argument('<cid>', CID)
        .option('--out <path>', 'where to; must not exist (default: the CID, in this folder)')
        .option('--from <address>', FROM, collect)
        .addHelpText('after', example('golem data get bafy… --out scene'))
        .action((cid: string, options: OutOptions) => act(async (cli) => (await handler()).getData(cli, cid, options))),
    )
    .addCommand(
      new Command('ls')
        .description('What is kept and by whom; or the entries of a folder')
        .argument('[cid]', CID)
        .addHelpText('after', example('golem data ls', 'golem data ls bafy…'))
        .action((cid: string | undefined) => act(async (cli) => (await handler()).listData(cli, cid))),
    )
    .addCommand(
      new Command('pin')
        .description('Keep content until it is unpinned, fetched from peers where it is not here')
        .argument('<cid>', CID)
        .option('--from <address>', FROM, collect)
        .addHelpText('after', example('golem data pin bafy…'))
        .action((cid: string, options: FromOptions) =>
          act(async (cli) => (await handler()).pinData(cli, cid, options)),
        ),
    )
    .addCommand(
      new Command('unpin')
        .description('Let content go; jobs that need it keep it')
        .argument('<cid>', CID)
        .addHelpText('after', example('golem data unpin bafy…'))
        .action((cid: string) => act(async (cli) => (await handler()).unpinData(cli, cid))),
    )
    .addCommand(
      new Command('gc')
        .description('Remove all content that nobody keeps')
        .addHelpText('after', example('golem data gc'))
        .action(() => act(async (cli) => (await handler()).clearData(cli))),
    )
    .addCommand(
      new Command('import')
        .description('Take the content of a CAR file; it is kept until it is unpinned')
        .argument('<file>')
        .option('--no-pin', 'do not keep it: it goes when room is needed')
        .addHelpText('after', example('golem data import scene.car'))
        .action((file: string, options: AddOptions) =>
          act(async (cli) => (await handler()).importData(cli, file, options)),
        ),
    )
    .addCommand(
      new Command('export')
        .description('Write content as a CAR file, which other IPFS tools read')
        .argument('<cid>', CID)
        .option('--out <file>', 'must not exist (default: CID.car, in this folder)')
        .option('--from <address>', FROM, collect)
        .addHelpText('after', example('golem data export bafy… --out scene.car'))
        .action((cid: string, options: OutOptions) =>
          act(async (cli) => (await handler()).exportData(cli, cid, options)),
        ),
    )
}
