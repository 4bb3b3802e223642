import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { processesBelow } from './processes-below.ts'

/** Stops what is in a sandbox where it is, and lets it go on. */
export type Freezer = {
  /** Resolves when nothing of it computes any more; gives up after 1 s on what hangs in the kernel. Idempotent. */
  freeze(): Promise<void>
  thaw(): Promise<void>
}

const PATIENCE_MS = 1_000

/** By the kernel, for a whole group at once. Where a group is in the v2 tree, it can be killed while it is frozen. */
export function groupFreezer(path: string): Freezer {
  const isV2 = existsSync(join(path, 'cgroup.freeze'))
  const [file, frozen, thawed] = isV2 ? ['cgroup.freeze', '1', '0'] : ['freezer.state', 'FROZEN', 'THAWED']
  const isFrozen = async (): Promise<boolean> =>
    isV2
      ? (await text(join(path, 'cgroup.events'))).includes('frozen 1')
      : (await text(join(path, 'freezer.state'))).startsWith('FROZEN')
  return {
    freeze: async () => {
      await write(join(path, file), frozen)
      await until(async () => !existsSync(path) || (await isFrozen()))
    },
    thaw: () => write(join(path, file), thawed),
  }
}

/** By signals, where an ordinary user has no group. What is started meanwhile is seen in the next look. */
export function signalFreezer(rootPid: () => number | undefined): Freezer {
  const all = async (): Promise<number[]> => {
    const pid = rootPid()
    return pid === undefined ? [] : processesBelow(pid)
  }
  return {
    freeze: () =>
      until(async () => {
        const pids = await all()
        const states = await Promise.all(pids.map(stateOf))
        const going = pids.filter((_, at) => states[at] !== 'T' && states[at] !== 'Z')
        for (const pid of going) signal(pid, 'SIGSTOP')
        return going.length === 0
      }),
    thaw: async () => {
      for (const pid of await all()) signal(pid, 'SIGCONT')
    },
  }
}

async function until(test: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS
  while (!(await test()) && performance.now() < deadlineMs) await sleep(2)
}

/** A group that went with its sandbox needs neither. */
const write = (path: string, value: string): Promise<void> => writeFile(path, value).catch(() => undefined)

const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

/** The kernel's letter for what a process does; Z for one that is gone. */
async function stateOf(pid: number): Promise<string> {
  const stat = await text(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[0] || 'Z'
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It went by itself.
  }
}
