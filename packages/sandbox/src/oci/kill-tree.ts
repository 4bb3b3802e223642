import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Kills the first process inside (the child of `unshare`, whose end ends them all) and never `unshare` itself, which
 * waits for it: when `unshare` is gone, everything is. Before it has forked there is nothing to kill yet.
 */
export async function killTree(pid: number, isEnded: () => boolean): Promise<void> {
  while (!isEnded()) {
    const inside = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
    const first = Number(inside.trim().split(' ')[0])
    if (first > 1) {
      try {
        process.kill(first, 'SIGKILL')
      } catch {
        // It ended by itself.
      }
      return
    }
    await sleep(1)
  }
}
