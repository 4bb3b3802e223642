import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inPlace, nextLine, runtimes } from './place.ts'

/** Links included; `core` leads to a masked file. */
const DEVICES = words('core fd full null ptmx pts random shm stderr stdin stdout tty urandom zero')
const ROOT = words('bin dev etc in lib lib32 lib64 libx32 out proc sbin tmp usr')

type Report = {
  tries: { name: string; worked: boolean; how: string }[]
  facts: Record<string, unknown>
}

const escapes = await readFile(join(import.meta.dirname, 'escapes.py'), 'utf8')

describe.each(runtimes)('confinement under %s', (runtime) => {
  it('refuses every way out that we know', () =>
    inPlace(runtime, async ({ folder, sandbox, spec, mount }) => {
      const hostSocket = `golem-test-${randomUUID()}`
      const server = createServer().listen(`\0${hostSocket}`)
      const secret = join(folder, 'secret')
      await writeFile(secret, 'a key')
      const given = await mount('/in', false)
      await writeFile(join(given.source, 'given'), 'x', { mode: 0o644 })
      try {
        const process = await sandbox.start(
          spec(['/usr/bin/python3', '-c', escapes], {
            env: { HOST_SOCKET: hostSocket, HOST_SECRET: secret },
            mounts: [given, await mount('/out', true)],
          }),
        )
        const { tries, facts } = JSON.parse(await nextLine(process)) as Report
        expect(tries.filter(({ worked }) => worked)).toEqual([])
        expect(tries.length).toBeGreaterThan(100)
        const how = Object.fromEntries(tries.map((each) => [each.name, each.how]))
        // As an older kernel would answer, so that programs go on without.
        expect(how).toMatchObject({ clone3: 'ENOSYS', io_uring_setup: 'ENOSYS', 'socket AF_VSOCK': 'EAFNOSUPPORT' })
        const { dev, groups, root, ...other } = facts
        expect(other).toEqual({
          capabilities: Array.from({ length: 5 }, () => '0000000000000000'),
          noNewPrivileges: '1',
          seccomp: '2',
          uid: 1000,
          gid: 1000,
          environment: expect.arrayContaining(['HOME', 'HOST_SECRET', 'HOST_SOCKET', 'LANG', 'PATH', 'TMPDIR']),
          hostname: 'golem',
          interfaces: ['lo'],
        })
        expect(without(groups, ['1000'])).toEqual([])
        expect(without(dev, DEVICES)).toEqual([])
        expect(without(root, ROOT)).toEqual([])
      } finally {
        server.close()
      }
    }))

  it('shows no variable of the daemon', () =>
    inPlace(runtime, async ({ sandbox, spec }) => {
      process.env.GOLEM_TEST_SECRET = 'secret'
      const run = await sandbox.start(spec(['sh', '-c', 'env; cat /proc/1/environ']))
      const { logTail } = await run.exited
      delete process.env.GOLEM_TEST_SECRET
      expect(logTail).toContain('HOME=/tmp')
      expect(logTail).not.toContain('GOLEM_TEST_SECRET')
    }))
})

function words(text: string): string[] {
  return text.split(' ')
}

const without = (found: unknown, expected: readonly string[]): string[] =>
  (found as unknown[]).map(String).filter((name) => !expected.includes(name))
