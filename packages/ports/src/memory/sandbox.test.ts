import { setImmediate } from 'node:timers/promises'
import { sandboxCompliance } from '../compliance/sandbox.ts'
import { type MemoryProgram, memorySandbox } from './sandbox.ts'
import type { MemoryDisk } from './storage.ts'

const run = (name: string) => ({ runtime: { kind: 'oci', root: 'host-tools' } as const, argv: [name] })

const untilKilled = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

sandboxCompliance('memory', async () => {
  const disk: MemoryDisk = new Map()
  const programs: Record<string, MemoryProgram> = {
    echo: async ({ requests, answer, print }) => {
      print('hello')
      for await (const line of requests) answer(line)
    },
    fail: async ({ print }) => {
      print('bye')
      return 7
    },
    hang: ({ signal }) => untilKilled(signal),
    chatter: async ({ print, signal }) => {
      while (!signal.aborted) {
        print('blah '.repeat(1_000))
        await setImmediate()
      }
    },
    produce: async ({ requests, answer, hostPath }) => {
      for await (const _ of requests) {
        disk.set(hostPath('/out/done'), null)
        disk.set(hostPath('/out/done/result'), new TextEncoder().encode('42'))
        answer('{"done":true}')
      }
    },
    nosy: async ({ requests, answer, attempt }) => {
      for await (const line of requests) {
        attempt('read', '/etc/shadow')
        answer(line)
      }
    },
  }
  let folders = 0
  return {
    sandbox: memorySandbox(programs, { disk }),
    programs: {
      echo: run('echo'),
      fail: run('fail'),
      hang: run('hang'),
      chatter: run('chatter'),
      produce: run('produce'),
      nosy: run('nosy'),
      absent: run('absent'),
    },
    foreign: [],
    canObserve: true,
    makeFolder: async () => {
      folders += 1
      disk.set(`/folder-${folders}`, null)
      return `/folder-${folders}`
    },
    write: async (path, text) => {
      disk.set(path, new TextEncoder().encode(text))
    },
    read: async (path) => {
      const bytes = disk.get(path)
      return bytes ? new TextDecoder().decode(bytes) : null
    },
    remove: async () => undefined,
  }
})
