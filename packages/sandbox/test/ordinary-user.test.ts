import { spawn, spawnSync } from 'node:child_process'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runtimes } from './place.ts'

const NOBODY = 65_534

const program = fileURLToPath(new URL('./ordinary-user.ts', import.meta.url))

/** A checkout in root's home is closed to everybody else, Node.js and all. */
const canReach = [program, process.execPath].every(
  (path) => spawnSync('test', ['-r', path], { uid: NOBODY, gid: NOBODY, cwd: '/' }).status === 0,
)

/** As root we can be somebody else; otherwise the other tests have run as an ordinary user already. */
describe.runIf(process.getuid?.() === 0 && canReach).each(runtimes)('as an ordinary user under %s', (runtime) => {
  it('runs programs, confined, with memory and processes bounded, gives way and stands still', {
    timeout: 120_000,
  }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'golem-ordinary-'))
    try {
      await chown(folder, NOBODY, NOBODY)
      await chmod(folder, 0o700)
      const child = spawn(process.execPath, [program, folder, runtime], {
        uid: NOBODY,
        gid: NOBODY,
        cwd: '/',
        env: { PATH: process.env.PATH },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const report = JSON.parse(await text(child.stdout)) as Record<string, unknown>
      expect(report).toMatchObject({
        plain: { code: 0, limit: null },
        greedy: { limit: { name: 'memoryBytes' } },
        left: [],
      })
      expect(report.share).toBeLessThan(0.1)
      expect(report.whileFrozenMs).toBe(0)
      expect(report.children).toBeLessThanOrEqual(20)
      expect(report.read).toBe('made inside')
      expect(report.refused).toEqual(expect.arrayContaining(['socket AF_INET', 'unshare', 'write /usr', 'read /root']))
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
