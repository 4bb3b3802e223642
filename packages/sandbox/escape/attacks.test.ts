import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inPlace } from '../test/place.ts'
import { type Attempt, record } from './record.ts'
import { runtimes } from './runtimes.ts'

/** What a machine may not have, or not allow even root (a container's), so that an attack cannot be shown on it. */
const ABSENT = /^(EAFNOSUPPORT|EPROTONOSUPPORT|ESOCKTNOSUPPORT|ENOSYS|ENOENT|ENODEV|ENXIO|EOPNOTSUPP|EPERM|EACCES)$/

/** gVisor has these of its own, made up in its own kernel inside: nothing of the machine is reached by them. */
const MADE_UP: Readonly<Record<string, readonly string[]>> = {
  runsc: [
    "read the host's command line by /proc/cmdline",
    'open /dev/fuse for writing',
    'open /dev/net/tun for writing',
    "hide from the kernel's killer when memory is short",
    'come before all other processes (nice -20)',
  ],
}

/** Whether it got out is seen from outside only. */
const OUTLIVE = 'outlive its sandbox in a session of its own'

type Found = { name: string; got: boolean; how: string }

const source = await readFile(join(import.meta.dirname, 'attacks.py'), 'utf8')
const headingOf = groupsOf(source)

/** A machine with something to get, and what nothing stops. */
type Prey = { folder: string; mark: string; environment: Record<string, string>; end(): Promise<void> }

describe('ways out', () => {
  let prey: Prey
  const outside = new Map<string, Found>()
  const attempts = new Map<string, Attempt>()

  beforeAll(async () => {
    prey = await layPrey()
    const output = await attackOutside(prey)
    for (const found of output) outside.set(found.name, found)
    for (const { name, got, how } of output) {
      const shown = got ? 'works' : `not shown: this machine refuses it to root too, or has no such thing (${how})`
      attempts.set(name, { group: headingOf(name), name, outside: shown, stopped: {} })
    }
  }, 120_000)

  afterAll(async () => {
    record('attacks', [...attempts.values()])
    await prey?.end()
  })

  it('work where nothing stops them, but for what this machine does not have', () => {
    const failed = [...outside.values()].filter(({ got, how }) => !got && !ABSENT.test(how))
    expect(failed).toEqual([])
    expect([...outside.values()].filter(({ got }) => got).length).toBeGreaterThan(80)
  })

  it.each(runtimes)('lead nowhere under %s', { timeout: 120_000 }, (runtime) =>
    inPlace(runtime, async ({ sandbox, spec, mount }) => {
      const given = await mount('/in', false)
      await layInputs(given.source, prey)
      const process = await sandbox.start(
        spec(['/usr/bin/python3', '-c', source], {
          env: { ...prey.environment, IN: '/in', OUT: '/out', RO_MOUNT: '/in' },
          mounts: [given, await mount('/out', true)],
        }),
      )
      const found: Found[] = []
      for await (const line of process.lines) found.push(JSON.parse(line) as Found)
      const exit = await process.exited
      expect(exit).toMatchObject({ code: 0, limit: null })
      const left = await processesWith(`${prey.mark}-daemon`)
      const results = found.map((each) => {
        if (each.name === OUTLIVE) return { ...each, got: left.length > 0, how: 'nothing is left' }
        const isMadeUp = each.got && MADE_UP[runtime]?.includes(each.name)
        return isMadeUp ? { ...each, got: false, how: 'made up in its own kernel' } : each
      })
      expect(results.filter(({ got }) => got)).toEqual([])
      expect(results.map(({ name }) => name)).toEqual([...outside.keys()])
      for (const { name, how } of results) {
        const attempt = attempts.get(name)
        if (attempt !== undefined) attempt.stopped[runtime] = how
      }
    }),
  )
})

async function layPrey(): Promise<Prey> {
  const folder = await mkdtemp(join(tmpdir(), 'golem-escape-'))
  const mark = folder.slice(folder.lastIndexOf('/') + 1)
  await chmod(folder, 0o755)
  await mkdir(join(folder, 'other'))
  await writeFile(join(folder, 'secret'), `${mark} a key`)
  await writeFile(join(folder, 'other', 'result'), `${mark} a result`)
  const servers = await Promise.all([
    listening({ host: '127.0.0.1', port: 0 }),
    listening({ host: '::1', port: 0 }),
    listening({ path: `\0${mark}` }),
    listening({ path: join(folder, 'socket') }),
  ])
  const portOf = (at: number): string => String((servers[at]?.address() as { port: number } | null | undefined)?.port)
  const victim = spawn('sleep', ['600'], { stdio: 'ignore', env: { ...process.env, PREY: mark } })
  await once(victim, 'spawn')
  return {
    folder,
    mark,
    environment: {
      MARK: mark,
      HOST_FILE: join(folder, 'secret'),
      OTHER_FILE: join(folder, 'other', 'result'),
      HOST_PID: String(victim.pid),
      HOST_PORT: portOf(0),
      HOST_PORT6: portOf(1),
      HOST_ABSTRACT: mark,
      HOST_SOCKET: join(folder, 'socket'),
      HOST_NAME: hostname(),
    },
    end: async () => {
      victim.kill('SIGKILL')
      for (const server of servers) server.close()
      for (const pid of await processesWith(`${mark}-daemon`)) process.kill(pid, 'SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** What a subtask is lent: a file, a link to a host's file, and root's own `id`, set-uid. */
async function layInputs(folder: string, { environment }: Prey): Promise<void> {
  await writeFile(join(folder, 'given'), 'x')
  await chmod(join(folder, 'given'), 0o644)
  await symlink(environment.HOST_FILE ?? '', join(folder, 'link'))
  await copyFile('/usr/bin/id', join(folder, 'set-uid'))
  await chmod(join(folder, 'set-uid'), 0o4755)
}

/** As root, with every right, but in a mount namespace of its own, so that this machine keeps its mounts. */
async function attackOutside(prey: Prey): Promise<Found[]> {
  const own = join(prey.folder, 'outside')
  for (const name of ['in', 'out', 'ro']) await mkdir(join(own, name), { recursive: true, mode: 0o755 })
  await layInputs(join(own, 'in'), prey)
  const script = 'mount --bind "$RO_MOUNT" "$RO_MOUNT"; mount -o remount,bind,ro "$RO_MOUNT"; exec "$@"'
  const python = ['/usr/bin/python3', '-c', source]
  const leaked = await open(join(prey.folder, 'secret'))
  const child: ChildProcess = spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', ...python], {
    env: {
      PATH: process.env.PATH,
      ...prey.environment,
      OUTSIDE: 'yes',
      IN: join(own, 'in'),
      OUT: join(own, 'out'),
      RO_MOUNT: join(own, 'ro'),
    },
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', leaked.fd],
  })
  const output = await text(child.stdio[3] as Readable)
  await leaked.close()
  const found = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Found)
  const left = await processesWith(`${prey.mark}-daemon`)
  for (const pid of left) process.kill(pid, 'SIGKILL')
  return found.map((each) => (each.name === OUTLIVE ? { ...each, got: left.length > 0, how: 'it goes on' } : each))
}

async function listening(where: { host: string; port: number } | { path: string }): Promise<Server> {
  const server = createServer((connection) => connection.end())
  await once(server.listen(where), 'listening')
  return server
}

async function processesWith(mark: string): Promise<number[]> {
  const found: number[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (command.includes(mark)) found.push(Number(pid))
  }
  return found
}

/** The heading under which an attack stands in the program; some are made in a loop, and have a name with a gap. */
function groupsOf(program: string): (name: string) => string {
  const found: { pattern: RegExp; group: string }[] = []
  let group = ''
  for (const line of program.split('\n')) {
    group = /^# (.*?) -{5,}$/.exec(line)?.[1] ?? group
    const name = /@attack\(f?"(.*)"\)/.exec(line)?.[1]
    const parts = name?.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    if (parts !== undefined) found.push({ pattern: new RegExp(`^${parts.join('.*')}$`), group })
  }
  return (name) => found.find(({ pattern }) => pattern.test(name))?.group ?? ''
}
