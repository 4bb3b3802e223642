import { createHash, randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Mount } from '@golem/ports'

/** Folders of the host with its programs and their libraries. `/bin` and so on are links into /usr on most systems. */
const PROGRAMS = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']

/** Settings that programs need to find their libraries and fonts, and that hold no secret. */
const SETTINGS = ['/etc/fonts', '/etc/alternatives', '/etc/ld.so.cache']

const FILES = {
  '/etc/passwd':
    'root:x:0:0:root:/tmp:/bin/sh\ngolem:x:1000:1000:golem:/tmp:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/false\n',
  '/etc/group': 'root:x:0:\ngolem:x:1000:\nnogroup:x:65534:\n',
  '/etc/hosts': '127.0.0.1 localhost golem\n',
  '/etc/hostname': 'golem\n',
  '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
}

/** All that a program finds there of the host, or of our making. */
export const SYSTEM_PATHS: readonly string[] = [...PROGRAMS, ...SETTINGS, ...Object.keys(FILES), '/etc/localtime']

type Point = { target: string; kind: 'folder' | 'file' }

export type RootFilesystem = {
  /** What of the host every sandbox sees, read-only. */
  readonly system: readonly { source: string; target: string }[]
  /** A folder with nothing but the mount points for `mounts`. Shared between runs, which see it read-only. */
  rootFor(mounts: readonly Mount[]): Promise<string>
}

/** Roots live in `rootsPath`, one for each set of mount points that was asked for: an application has one. */
export async function createRootFilesystem(rootsPath: string): Promise<RootFilesystem> {
  const system: { source: string; target: string }[] = []
  const points: Point[] = ['/proc', '/dev', '/tmp', '/etc'].map((target) => ({ target, kind: 'folder' }))
  const links: { path: string; to: string }[] = []
  for (const path of [...PROGRAMS, ...SETTINGS]) {
    const found = await lstat(path).catch(() => null)
    if (found === null) continue
    if (found.isSymbolicLink()) links.push({ path, to: await readlink(path) })
    else {
      system.push({ source: path, target: path })
      points.push({ target: path, kind: found.isDirectory() ? 'folder' : 'file' })
    }
  }
  const zone = await readlink('/etc/localtime').catch(() => null)
  if (zone?.startsWith('/usr/share/zoneinfo/')) links.push({ path: '/etc/localtime', to: zone })

  return {
    system,
    rootFor: async (mounts) => {
      const all = [...points]
      for (const { source, target } of mounts) {
        all.push({ target, kind: (await stat(source)).isDirectory() ? 'folder' : 'file' })
      }
      const key = createHash('sha256').update(JSON.stringify([all, links, FILES]))
      const root = join(rootsPath, key.digest('hex').slice(0, 32))
      if ((await lstat(root).catch(() => null)) === null) await layRoot(root, all, links)
      return root
    },
  }
}

/** Inside, the sandbox's user could not make these. Modes are set by hand: the daemon's umask may forbid all. */
async function layRoot(root: string, points: readonly Point[], links: readonly { path: string; to: string }[]) {
  const draft = `${root}.${randomBytes(6).toString('hex')}`
  await makeFolder(draft, '')
  for (const { target, kind } of points) {
    await makeFolder(draft, kind === 'folder' ? target : dirname(target))
    if (kind === 'file') await makeFile(join(draft, target), '')
  }
  // runc gives what it mounts the mode of what it is mounted on.
  await chmod(join(draft, 'tmp'), 0o1777)
  for (const { path, to } of links) await symlink(to, join(draft, path))
  for (const [path, text] of Object.entries(FILES)) await makeFile(join(draft, path), text)
  try {
    await rename(draft, root)
  } catch {
    // Another start was faster.
    await rm(draft, { recursive: true })
  }
}

async function makeFolder(root: string, path: string): Promise<void> {
  let folder = root
  for (const name of ['', ...path.split('/').filter((part) => part !== '')]) {
    folder = join(folder, name)
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o755)
  }
}

async function makeFile(path: string, text: string): Promise<void> {
  await writeFile(path, text)
  await chmod(path, 0o644)
}
