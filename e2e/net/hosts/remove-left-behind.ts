import { readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processesOn, untilGone } from '../../src/processes.ts'
import { isLeftBehind } from './owned-name.ts'
import { run } from './run.ts'

/** Removes what runs that were killed have left: hosts with all that runs on them, cables, and folders with all that works on them. */
export async function removeLeftBehind(): Promise<void> {
  for (const namespace of await readdir('/run/netns').catch(() => [])) {
    if (!isLeftBehind(namespace)) continue
    await endAllOn(namespace)
    await run('ip', ['netns', 'delete', namespace])
  }
  for (const name of await readdir(tmpdir())) {
    if (!isLeftBehind(name)) continue
    const folder = join(tmpdir(), name)
    // Such as what renders a scene in it on no host.
    const pids = (await processesOn(folder)).map(({ pid }) => pid)
    for (const pid of pids) endNow(pid)
    await Promise.all(pids.map(untilGone))
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Ends whatever runs on a host, and what that begins meanwhile. A namespace lives on as long as anybody is in it. */
export async function endAllOn(namespace: string): Promise<void> {
  for (;;) {
    const pids = (await run('ip', ['netns', 'pids', namespace])).split('\n').filter(Boolean).map(Number)
    if (pids.length === 0) return
    for (const pid of pids) endNow(pid)
    await Promise.all(pids.map(untilGone))
  }
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
