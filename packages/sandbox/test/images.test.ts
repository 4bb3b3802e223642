import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmod,
  copyFile,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Sandbox, SandboxProcess, SandboxSpec } from '@golem/ports'
import { asCid, type Cid } from '@golem/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildLayout, copyLayout, createOciSandbox } from '../src/index.ts'
import { blobPath } from '../src/oci/images/read-layout.ts'
import { LIMITS, runtimes } from './place.ts'

let folder = ''
/** Layouts by the CID under which the sandbox asks for them. */
const layouts = new Map<Cid, string>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golem-images-'))
  await makeRootfs(join(folder, 'rootfs'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each(runtimes)('images under %s', (runtime) => {
  it('runs what an image names, with its environment and folder, and nothing of this machine', () =>
    withSandbox(runtime, async (start, stateDir) => {
      const image = await built('plain', { args: ['/bin/sh', '-c', 'echo "$A $PWD" >&3; cat /etc/motd >&3'] })
      const process = await start({ image })
      expect(await lines(process)).toEqual(['b /work', 'from the image'])
      const own = await start({ image, argv: ['/bin/sh', '-c', 'ls / >&3; cat /usr/bin/env >&3; id -u >&3'] })
      expect(await lines(own)).toEqual(
        ['bin', 'dev', 'etc', 'lib', 'lib64', 'proc', 'tmp', 'usr', 'work', '1000'].filter((name) => name !== ''),
      )
      // Unpacked once, for both.
      expect(await readdir(join(stateDir, 'images'))).toEqual([image])
    }))

  it('keeps of a hostile configuration and root nothing but arguments, environment and folder', () =>
    withSandbox(runtime, async (start, stateDir, mount) => {
      const rootfs = join(folder, `hostile-${runtime}`)
      await cp(join(folder, 'rootfs'), rootfs, { recursive: true, verbatimSymlinks: true })
      await copyFile('/usr/bin/id', join(rootfs, 'bin', 'set-uid'))
      await chmod(join(rootfs, 'bin', 'set-uid'), 0o6755)
      await writeFile(join(rootfs, 'etc', 'private'), 'readable', { mode: 0o600 })
      execFileSync('mknod', [join(rootfs, 'etc', 'zero'), 'c', '1', '5'])
      // Where the runtime and we mount: links that lead out of the image, to what is there on this machine.
      for (const name of ['out', 'tmp', 'proc']) {
        await rm(join(rootfs, name), { recursive: true, force: true })
        await symlink(join(folder, 'trap'), join(rootfs, name))
      }
      await mkdir(join(folder, 'trap'), { recursive: true })
      const image = await built(`hostile-${runtime}`, {
        rootfs,
        args: [
          '/bin/sh',
          '-c',
          '/bin/set-uid -u >&3; cat /etc/private >&3; echo >&3; echo x > /out/x; ls /proc/1/status >&3',
        ],
        config: { User: '0:0', Volumes: { '/etc': {} }, WorkingDir: '/../..', StopSignal: 'SIGCONT', Privileged: true },
      })
      const out = await mount()
      const process = await start({ image, mounts: [{ source: out, target: '/out', writable: true }] })
      expect(await lines(process)).toEqual(['1000', 'readable', '/proc/1/status'])
      expect(await readFile(join(out, 'x'), 'utf8')).toBe('x\n')
      expect(await readdir(join(folder, 'trap'))).toEqual([])
      const unpacked = join(stateDir, 'images', image, 'out', 'rootfs')
      expect((await stat(join(unpacked, 'bin', 'set-uid'))).mode & 0o7000).toBe(0)
      expect((await lstat(join(unpacked, 'etc', 'zero'))).isFile()).toBe(true)
    }))
})

describe('unpacking', () => {
  const [runtime = ''] = runtimes

  it.each([
    ['an absolute path', [{ name: 'TRAP/absolute' }]],
    ['a path with ..', [{ name: '../../../../../../TRAP/dots' }]],
    ['a file through a link', [{ name: 'escape', link: 'TRAP' }, { name: 'escape/through' }]],
    ['a hard link to a file outside', [{ name: 'hard', hardlink: 'TRAP/../secret' }]],
  ])('lets no archive leave its folder: %s', (_what, entries) =>
    withSandbox(runtime, async (start) => {
      const trap = join(folder, 'archive-trap')
      await mkdir(trap, { recursive: true })
      await writeFile(join(folder, 'secret'), 'a key')
      const layer = tarOf(entries.map((entry) => JSON.parse(JSON.stringify(entry).replaceAll('TRAP', trap))))
      const image = await built(`archive-${createHash('sha256').update(layer).digest('hex').slice(0, 8)}`, {
        args: ['/bin/sh', '-c', 'cat /hard /escape/through >&3; exit 0'],
        layers: [layer],
      })
      const process = await start({ image }).catch((error: { code: string }) => error)
      if ('code' in process) expect(process.code).toBe('IMAGE_INVALID')
      else expect((await lines(process)).join()).not.toContain('a key')
      expect(await readdir(trap)).toEqual([])
    }),
  )

  it('does not unpack what is larger than images may be, however small it was packed', () =>
    withSandbox(
      runtime,
      async (start, stateDir) => {
        const image = await built('bomb', {
          args: ['/bin/sh'],
          layers: [tarOf([{ name: 'zeros', zeros: 200_000_000 }])],
        })
        await expect(start({ image })).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' })
        expect(await readdir(join(stateDir, 'images'))).toEqual([])
      },
      30_000_000,
    ))

  it('removes what was used longest ago when images take too much, and never what is in use', () =>
    withSandbox(
      runtime,
      async (start, stateDir) => {
        const images = await Promise.all(
          ['one', 'two', 'three'].map((name) => built(name, { args: ['/bin/sh', '-c', 'read line'], env: { name } })),
        )
        const [one, two, three] = images as [Cid, Cid, Cid]
        const used = await start({ image: one })
        const idle = await start({ image: two })
        await idle.kill()
        await (await start({ image: three })).kill()
        expect((await readdir(join(stateDir, 'images'))).sort()).toEqual([one, three].sort())
        await used.kill()
      },
      8_000_000,
    ))

  it('says what is wrong with a layout', async () => {
    const broken = join(folder, 'broken')
    await mkdir(broken)
    await expect(copyLayout(broken, join(folder, 'copy'))).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringContaining('index.json'),
    })
  })
})

it('packs the same files to the same bytes', async () => {
  const [first, second] = [join(folder, 'same-1'), join(folder, 'same-2')]
  for (const target of [first, second]) {
    await buildLayout(join(folder, 'rootfs'), target, { args: ['/bin/sh'], env: {}, cwd: '/' })
  }
  expect(await readFile(join(first, 'index.json'), 'utf8')).toBe(await readFile(join(second, 'index.json'), 'utf8'))
  await copyLayout(first, join(folder, 'same-3'))
  expect((await readdir(join(folder, 'same-3', 'blobs', 'sha256'))).sort()).toEqual(
    (await readdir(join(first, 'blobs', 'sha256'))).sort(),
  )
})

type Start = (options: Partial<SandboxSpec> & { image: Cid }) => Promise<SandboxProcess>

async function withSandbox(
  runtime: string,
  body: (start: Start, stateDir: string, mount: () => Promise<string>) => Promise<void>,
  imageBytes = 1024 ** 3,
): Promise<void> {
  const own = await mkdtemp(join(folder, 'state-'))
  const content = {
    materialise: (cid: Cid, target: string) => cp(layouts.get(cid) ?? '', target, { recursive: true }),
  }
  const stateDir = join(own, 'state')
  const sandbox: Sandbox = await createOciSandbox({ content }, { stateDir, runtime, imageBytes })
  const start: Start = ({ image, ...more }) =>
    sandbox.start({
      name: 'image',
      runtime: { kind: 'oci', root: 'image', image },
      argv: [],
      env: {},
      mounts: [],
      outbound: [],
      limits: LIMITS,
      ...more,
    })
  const mount = async (): Promise<string> => {
    const path = await mkdtemp(join(own, 'out-'))
    await chmod(path, 0o755)
    return path
  }
  try {
    await body(start, stateDir, mount)
  } finally {
    await sandbox.stop()
  }
}

async function lines(process: SandboxProcess): Promise<string[]> {
  const found: string[] = []
  for await (const line of process.lines) found.push(line)
  return found.filter((line) => line !== '')
}

type Image = {
  args: string[]
  env?: Record<string, string>
  rootfs?: string
  config?: Record<string, unknown>
  layers?: Buffer[]
}

/** A layout under a CID made up for it. */
async function built(name: string, { args, env = { A: 'b' }, rootfs, config = {}, layers = [] }: Image): Promise<Cid> {
  const target = join(folder, `layout-${name}`)
  const letters = createHash('sha256')
    .update(name)
    .digest('hex')
    .replaceAll(/[^a-f2-7]/g, 'a')
  const cid = asCid(`bafybei${letters.slice(0, 52)}`)
  if (layouts.has(cid)) return cid
  await buildLayout(rootfs ?? join(folder, 'rootfs'), target, { args, env, cwd: '/work' })
  await amend(target, config, layers)
  layouts.set(cid, target)
  return cid
}

/** Adds to an image's configuration, and layers on top. */
async function amend(target: string, more: Record<string, unknown>, layers: Buffer[]): Promise<void> {
  const put = async (bytes: Buffer): Promise<{ digest: string; size: number }> => {
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    await writeFile(blobPath(target, digest), bytes)
    return { digest, size: bytes.length }
  }
  const read = async (path: string) => JSON.parse(await readFile(path, 'utf8'))
  const index = await read(join(target, 'index.json'))
  const manifest = await read(blobPath(target, index.manifests[0].digest))
  const config = await read(blobPath(target, manifest.config.digest))
  Object.assign(config.config, more)
  for (const layer of layers) {
    config.rootfs.diff_ids.push(`sha256:${createHash('sha256').update(layer).digest('hex')}`)
    manifest.layers.push({ mediaType: manifest.layers[0].mediaType, ...(await put(gzipSync(layer))) })
  }
  Object.assign(manifest.config, await put(Buffer.from(JSON.stringify(config))))
  Object.assign(index.manifests[0], await put(Buffer.from(JSON.stringify(manifest))))
  await writeFile(join(target, 'index.json'), JSON.stringify(index))
}

type Entry = { name: string; link?: string; hardlink?: string; zeros?: number }

/** A tar archive with whatever names and links. */
function tarOf(entries: readonly Entry[]): Buffer {
  const program = `
import io, json, sys, tarfile
archive = tarfile.open(fileobj=sys.stdout.buffer, mode='w|')
for entry in json.loads(sys.argv[1]):
    member = tarfile.TarInfo(entry['name'])
    if 'link' in entry: member.type, member.linkname = tarfile.SYMTYPE, entry['link']
    elif 'hardlink' in entry: member.type, member.linkname = tarfile.LNKTYPE, entry['hardlink']
    else: member.size = entry.get('zeros', 1)
    archive.addfile(member, io.BytesIO(bytes(member.size)) if member.isfile() and not member.islnk() else None)
archive.close()`
  return execFileSync('/usr/bin/python3', ['-c', program, JSON.stringify(entries)], { maxBuffer: 1024 ** 3 })
}

/** A shell, what it needs, and little else. */
async function makeRootfs(root: string): Promise<void> {
  const programs = ['/bin/sh', '/bin/cat', '/bin/ls', '/usr/bin/id']
  const needed = execFileSync('ldd', programs, { encoding: 'utf8' }).match(/\/[^\s:)]+/g) ?? []
  for (const path of new Set([...programs, ...needed])) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await copyFile(path, join(root, path))
  }
  await mkdir(join(root, 'etc'), { recursive: true })
  await mkdir(join(root, 'work'))
  await writeFile(join(root, 'etc', 'motd'), 'from the image\n')
}
