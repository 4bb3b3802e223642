import { cp, lstat, mkdir, readlink, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Mount } from '@golem/ports'

/** Folders of the host with its programs and their libraries. `/bin` and so on are links into /usr on most systems. */
const PROGRAMS = ['usr', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32']

/** Settings that programs need to find their libraries and fonts, and that hold no secret. */
const SETTINGS = ['etc/fonts', 'etc/alternatives']

const FILES = {
  'etc/passwd':
    'root:x:0:0:root:/tmp:/bin/sh\ngolem:x:1000:1000:golem:/tmp:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/false\n',
  'etc/group': 'root:x:0:\ngolem:x:1000:\nnogroup:x:65534:\n',
  'etc/hosts': '127.0.0.1 localhost golem\n',
  'etc/hostname': 'golem\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
}

/** What of this machine's own root a sandbox sees: looked up once, laid for each run. */
export type RootTemplate = {
  system: { source: string; target: string }[]
  links: { path: string; to: string }[]
}

export async function rootTemplate(): Promise<RootTemplate> {
  const template: RootTemplate = { system: [], links: [] }
  for (const path of [...PROGRAMS, ...SETTINGS]) {
    const found = await lstat(join('/', path)).catch(() => null)
    if (found?.isSymbolicLink()) template.links.push({ path, to: await readlink(join('/', path)) })
    else if (found?.isDirectory()) template.system.push({ source: join('/', path), target: join('/', path) })
  }
  const zone = await readlink('/etc/localtime').catch(() => null)
  if (zone?.startsWith('/usr/share/zoneinfo/')) template.links.push({ path: 'etc/localtime', to: zone })
  return template
}

/** Lays an empty root with every mount point: inside, the sandbox's user could not make them. */
export async function layRoot(root: string, template: RootTemplate, mounts: readonly Mount[]): Promise<void> {
  const points = ['proc', 'dev', 'tmp', 'etc', ...template.system.map(({ target }) => target)]
  for (const point of points) await mkdir(join(root, point), { recursive: true })
  for (const { source, target } of mounts) {
    const point = join(root, target)
    if ((await lstat(source)).isDirectory()) await mkdir(point, { recursive: true })
    else {
      await mkdir(dirname(point), { recursive: true })
      await writeFile(point, '', { flag: 'a' })
    }
  }
  for (const { path, to } of template.links) await symlink(to, join(root, path))
  for (const [path, text] of Object.entries(FILES)) await writeFile(join(root, path), text)
  // Where shared libraries lie. Copied, because a library update replaces the file while sandboxes run.
  await cp('/etc/ld.so.cache', join(root, 'etc/ld.so.cache')).catch(() => undefined)
}
