import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SandboxSpec } from '@golem/ports'
import type { Attempt, Observation } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import { inPlace, type Place } from './place.ts'

const ATTACKS = await readFile(join(import.meta.dirname, '../escape/attacks.py'), 'utf8')

const observe = async (
  { sandbox, spec }: Place,
  argv: readonly string[],
  more: Partial<SandboxSpec> = {},
): Promise<Observation> => {
  const process = await sandbox.start(spec(argv, more), { isObserved: true })
  const { observation, limit } = await process.exited
  expect(limit).toBeNull()
  if (observation === undefined) throw new Error('It was not observed.')
  return observation
}
const whatOf = ({ attempts }: Observation, kind: Attempt['kind']): string[] =>
  attempts.filter((each) => each.kind === kind).map(({ what }) => what)

describe.each(['crun', 'runc'])('a program that is observed under %s', (runtime) => {
  it('that only computes is told to have tried nothing', { timeout: 60_000 }, () =>
    inPlace(runtime, async (place) => {
      const out = await place.mount('/out', true)
      const python = `
import json, os, subprocess, tempfile
os.makedirs('/out/done')
open('/out/done/result', 'w').write('42')
tempfile.NamedTemporaryFile().write(b'x')
open('/proc/self/status').read(), open('/proc/meminfo').read(), os.listdir('/out')
subprocess.run(['true'])
`
      const { attempts, untold, processes } = await observe(place, ['/usr/bin/python3', '-c', python], {
        mounts: [out],
      })
      expect(attempts.filter(({ kind }) => kind !== 'read')).toEqual([])
      expect(attempts).toEqual([])
      expect({ untold, processes }).toEqual({ untold: 0, processes: { started: 2, atMost: 2, refused: 0 } })
    }),
  )

  it('is told of by each way out that it tries', { timeout: 120_000 }, () =>
    inPlace(runtime, async (place) => {
      const env = {
        ...{ MARK: 'mark', HOST_FILE: '/root/.ssh/id_rsa', OTHER_FILE: '/home/other', HOST_PID: '99999' },
        ...{ HOST_PORT: '4321', HOST_PORT6: '4322', HOST_ABSTRACT: 'prey', HOST_SOCKET: '/run/docker.sock' },
        ...{ HOST_NAME: 'host', IN: '/in', OUT: '/out', RO_MOUNT: '/in' },
      }
      const mounts = [await place.mount('/in', false), await place.mount('/out', true)]
      const seen = await observe(place, ['/usr/bin/python3', '-c', ATTACKS], { env, mounts })
      expect(whatOf(seen, 'network')).toEqual(
        expect.arrayContaining([
          '127.0.0.1:4321',
          'listen on 127.0.0.1:0',
          'local socket @prey',
          'local socket /run/docker.sock',
          'socket AF_INET6 SOCK_STREAM|SOCK_CLOEXEC',
          'socket AF_INET SOCK_RAW|SOCK_CLOEXEC',
          'socket AF_VSOCK SOCK_STREAM|SOCK_CLOEXEC',
          'socket AF_NETLINK SOCK_RAW|SOCK_CLOEXEC',
        ]),
      )
      expect(whatOf(seen, 'read')).toEqual(
        expect.arrayContaining([
          '/root',
          '/root/.ssh/id_rsa',
          '/proc/kcore',
          '/proc/99999/environ',
          '/proc/99999/ns/mnt',
        ]),
      )
      expect(whatOf(seen, 'write')).toEqual(
        expect.arrayContaining(['/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/dev/mem', '/dev/kvm']),
      )
      expect(whatOf(seen, 'call')).toEqual(
        expect.arrayContaining([
          ...['ptrace', 'mount', 'umount2', 'pivot_root', 'chroot', 'fsopen', 'open_tree', 'keyctl'],
          ...['add_key', 'bpf', 'io_uring_setup', 'userfaultfd', 'perf_event_open', 'init_module', 'reboot', 'swapon'],
          ...['unshare(CLONE_NEWUSER)', 'clone(CLONE_NEWUSER)', 'clone3(CLONE_NEWUSER)', 'setresuid'],
          'calls of 32-bit programs',
        ]),
      )
      // What was allowed of that shows nothing: a network of its own, files that are empty inside, its own place in a queue.
      const allowed = seen.attempts.filter((each) => each.allowed > 0)
      expect(allowed.map(({ kind, what }) => `${kind} ${what}`).sort()).toEqual([
        'network listen on 127.0.0.1:0',
        ...['read /proc/cmdline', 'read /proc/kallsyms', 'read /proc/partitions', 'write /proc/self/oom_score_adj'],
      ])
      expect(seen.processes.started).toBeGreaterThan(100)
    }),
  )

  it('that forks without end is told by how many it had and how often it was refused', { timeout: 60_000 }, () =>
    inPlace(runtime, async (place) => {
      const bomb = `
import os, time
try:
    while True:
        if os.fork() == 0: time.sleep(60)
except OSError: os._exit(0)
`
      const process = await place.sandbox.start(place.spec(['/usr/bin/python3', '-c', bomb]), { isObserved: true })
      const { observation } = await process.exited
      expect(observation?.processes.atMost).toBeGreaterThan(40)
      expect(observation?.processes.atMost).toBeLessThan(64 + 8)
      expect(observation?.processes.refused).toBeGreaterThan(0)
    }),
  )

  it('does not see that it is', { timeout: 60_000 }, () =>
    inPlace(runtime, async ({ sandbox, spec }) => {
      const look =
        "import os\nos.write(3, open('/proc/self/status').read().split('TracerPid:')[1].split()[0].encode() + b'\\n')"
      const process = await sandbox.start(spec(['/usr/bin/python3', '-c', look]), { isObserved: true })
      const lines: string[] = []
      for await (const line of process.lines) lines.push(line)
      expect(lines).toEqual(['0'])
    }),
  )
})
