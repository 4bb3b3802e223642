import { Command } from 'commander'
import { collect } from '../../arguments/collect.ts'
import { example } from '../../arguments/example.ts'
import type { Act } from '../../cli.ts'

export const imageCommand = (act: Act): Command =>
  new Command('image')
    .description('Images that programs can run on')
    .addHelpText('after', example('golem image list', 'golem image import ./layout --name tools'))
    .addCommand(
      new Command('import')
        .description('Keep an image of an OCI image layout, as `podman save --format oci-dir` writes it')
        .argument('<folder>', 'with oci-layout, index.json and blobs')
        .requiredOption('--name <name>', 'to know it by')
        .addHelpText('after', example('golem image import ./layout --name tools'))
        .action((folder: string, { name }: { name: string }) =>
          act(async (cli) => (await import('./handler.ts')).importImage(cli, folder, name)),
        ),
    )
    .addCommand(
      new Command('build')
        .description('Make an image of a folder with a root file system')
        .argument('<folder>', 'such as debootstrap or dpkg-deb makes')
        .argument('[command...]', 'what runs in it where nobody says otherwise')
        .requiredOption('--name <name>', 'to know it by')
        .option('--env <name=value>', 'a variable of its environment; may be repeated', collect)
        .option('--cwd <folder>', 'where it begins', '/')
        .addHelpText('after', example('golem image build ./rootfs --name tools --env LANG=C.UTF-8 /usr/bin/python3'))
        .action((folder: string, command: string[], options: { name: string; env?: string[]; cwd: string }) =>
          act(async (cli) => (await import('./handler.ts')).buildImage(cli, folder, { command, ...options })),
        ),
    )
    .addCommand(
      new Command('list')
        .description('The images that are kept')
        .addHelpText('after', example('golem image list'))
        .action(() => act(async (cli) => (await import('./handler.ts')).listImages(cli))),
    )
    .addCommand(
      new Command('rm')
        .description('Let an image go')
        .argument('<name>', 'or CID')
        .addHelpText('after', example('golem image rm tools'))
        .action((name: string) => act(async (cli) => (await import('./handler.ts')).removeImage(cli, name))),
    )
