import type { Attempt, Observation } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import { judgeObservation } from './judge-observation.ts'

const LIMITS = {
  ...{ memoryBytes: 1, pids: 4, cores: 1, wallMs: 1, diskBytes: 1 },
  ...{ outputBytes: 1, outputFiles: 1, fileBytes: 1, logBytes: 1 },
}
const ALONE = { network: 'none', limits: LIMITS } as const
const ONLINE = { network: { outbound: ['example.org:443'] }, limits: LIMITS }
const QUIET: Observation = { attempts: [], untold: 0, processes: { started: 1, atMost: 1, refused: 0 } }

const judge = (kind: Attempt['kind'], what: string, manifest: typeof ALONE | typeof ONLINE = ALONE) =>
  judgeObservation(manifest, {
    observation: { ...QUIET, attempts: [{ kind, what, times: 1, allowed: 0 }] },
    limit: null,
    malware: null,
  }).map(({ kind }) => kind)

describe('of what an application tried', () => {
  it('nothing is suspicious where it only computes', () => {
    expect(judgeObservation(ALONE, { observation: QUIET, limit: null, malware: [] })).toEqual([])
  })

  it.each([
    ['network', 'socket AF_INET SOCK_STREAM|SOCK_CLOEXEC', ['network']],
    ['network', '203.0.113.9:443', ['network']],
    ['network', '[2001:db8::1]:443', ['network']],
    ['network', 'socket AF_VSOCK SOCK_STREAM', ['network']],
    ['network', 'listen on 127.0.0.1:0', ['network']],
    ['network', 'sock_recv', ['network']],
    ['network', 'local socket /run/docker.sock', ['escape']],
    ['network', 'local socket @/tmp/.X11-unix/X0', []],
    ['call', 'ptrace', ['escape']],
    ['call', 'unshare(CLONE_NEWUSER)', ['escape']],
    ['call', 'ioctl(TIOCSTI)', ['escape']],
    ['call', 'path_symlink /etc/passwd', ['escape']],
    ['call', 'calls of 32-bit programs', ['escape']],
    ['call', 'io_uring_setup', []],
    ['call', 'mbind', []],
    ['read', '/root/.ssh/id_rsa', ['files']],
    ['read', 'etc/shadow', ['files']],
    ['read', '../../secret', ['files']],
    ['read', '/proc/99999/environ', ['files']],
    ['read', '/proc/kcore', ['files']],
    ['read', '/proc/sys/vm/overcommit_memory', []],
    ['read', '/var/lib/dbus/machine-id', []],
    ['read', '/sys/kernel/mm/transparent_hugepage/enabled', []],
    ['write', '/proc/sys/kernel/core_pattern', ['machine']],
    ['write', '/dev/mem', ['machine']],
    ['write', '/etc/cron.d/x', ['machine']],
    ['write', '/usr/lib/python3/__pycache__/x.pyc', []],
    ['write', '/app/cache', []],
  ] as const)('%s %s is seen as it is', (kind, what, suspicions) => {
    expect(judge(kind, what)).toEqual(suspicions)
  })

  it('the internet is none where the manifest asks for hosts of it, and other networks are', () => {
    expect(judge('network', '203.0.113.9:443', ONLINE)).toEqual([])
    expect(judge('network', 'socket AF_INET SOCK_DGRAM', ONLINE)).toEqual([])
    for (const what of ['socket AF_VSOCK SOCK_STREAM', 'socket AF_INET SOCK_RAW', 'listen on 0.0.0.0:80'])
      expect(judge('network', what, ONLINE)).toEqual(['network'])
  })

  it('that there was too much of it is suspicious by itself', () => {
    const observation = { attempts: [], untold: 3, processes: { started: 900, atMost: 64, refused: 1 } }
    const malware = [{ path: 'code/x', name: 'Eicar-Test' }]
    expect(judgeObservation(ALONE, { observation, limit: 'memoryBytes', malware })).toEqual([
      { kind: 'malware', what: 'code/x (Eicar-Test)' },
      { kind: 'processes', what: '64' },
      { kind: 'limit', what: 'memoryBytes' },
      { kind: 'unseen', what: '3' },
    ])
  })
})
