import { spawn, spawnSync } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { removeControlGroup } from '../src/oci/control-groups.ts'
import { findHierarchy } from '../src/oci/find-hierarchy.ts'
import { runtimes } from './place.ts'

const NOBODY = 65_534

const program = fileURLToPath(new URL('./ordinary-user.ts', import.meta.url))

/** A checkout in root's home is closed to everybody else, Node.js and all. */
const canReach = [program, process.execPath].every(
  (path) => spawnSync('test', ['-r', path], { uid: NOBODY, gid: NOBODY, cwd: '/' }).status === 0,
)

type Report = { [key: string]: unknown; refused: string[]; children: number }

/** Runs the program as an ordinary user who may write to these groups, and is in them. */
async function report(runtime: string, groups: readonly string[]): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'golem-ordinary-'))
  try {
    await chown(folder, NOBODY, NOBODY)
    await chmod(folder, 0o700)
    const enter = groups.map((path) => `echo $$ > ${path}/cgroup.procs;`).join(' ')
    // On one core, so that what one program gets of it the others do not.
    const become = `exec taskset --cpu-list 0 setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups "$@"`
    const child = spawn('sh', ['-c', `${enter} ${become}`, 'sh', process.execPath, program, folder, runtime], {
      cwd: '/',
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    return JSON.parse(await text(child.stdout)) as Report
  } finally {
    await rm(folder, { recursive: true })
  }
}

const REFUSED = ['socket AF_INET', 'unshare', 'write /usr', 'read /root']

/** As root we can be somebody else; otherwise the other tests have run as an ordinary user already. */
describe.runIf(process.getuid?.() === 0 && canReach).each(runtimes)('as an ordinary user under %s', (runtime) => {
  it('runs programs, confined, with memory watched and the rest bounded, gives way and stands still', {
    timeout: 120_000,
  }, async () => {
    const found = await report(runtime, [])
    expect(found).toMatchObject({
      plain: { code: 0, limit: null },
      greedy: { limit: { name: 'memoryBytes' } },
      left: [],
      read: 'made inside',
      tried: [
        { kind: 'read', what: '/root', times: 1, allowed: 0 },
        { kind: 'call', what: 'unshare(CLONE_NEWUSER)', times: 1, allowed: 0 },
      ],
      pinned: 'one, and no way to another',
      bounded: false,
      whileFrozenMs: 0,
    })
    expect(found.share).toBeLessThan(0.1)
    expect(found.children).toBeLessThanOrEqual(20)
    expect(found.refused).toEqual(expect.arrayContaining(REFUSED))
  })

  it('bounds everything by the kernel in control groups that were delegated to that user', {
    timeout: 120_000,
  }, async () => {
    const hierarchy = await findHierarchy()
    if (hierarchy === null) return
    const name = `delegated-${basename(await mkdtemp(join(tmpdir(), 'golem-')))}`
    const needed = hierarchy.version === 1 ? Object.values(hierarchy.controllers) : hierarchy.trees
    const groups = [...new Set(needed)].map((tree) => join(tree, name))
    try {
      for (const path of groups) {
        await mkdir(path)
        for (const own of ['', 'cgroup.procs', 'cgroup.subtree_control']) {
          await chown(join(path, own), NOBODY, NOBODY).catch(() => undefined)
        }
      }
      // In the v2 tree a group with processes gives its children no controllers.
      if (hierarchy.version === 2) await mkdir(join(groups[0] as string, 'daemon'))
      const found = await report(runtime, hierarchy.version === 2 ? groups.map((path) => join(path, 'daemon')) : groups)
      expect(found).toMatchObject({
        plain: { code: 0, limit: null },
        greedy: { limit: { name: 'memoryBytes' } },
        left: [],
        bounded: true,
      })
      expect(found.children).toBeLessThanOrEqual(20)
      expect(found.refused).toEqual(expect.arrayContaining(REFUSED))
    } finally {
      await removeControlGroup(hierarchy, name)
    }
  })
})
