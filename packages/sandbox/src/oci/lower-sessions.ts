import { readFile, writeFile } from 'node:fs/promises'
import { processesBelow } from './processes-below.ts'

/**
 * Gives way with every session below a process, where no control group does: Linux shares cores between sessions first
 * (CONFIG_SCHED_AUTOGROUP), so that the lowest priority inside one is none towards another. To be called again and again,
 * because a program may begin sessions, and an ordinary user may change one every 100 ms only.
 */
export async function lowerSessions(rootPid: number): Promise<void> {
  for (const pid of processesBelow(rootPid)) {
    const path = `/proc/${pid}/autogroup`
    // Such as "/autogroup-123 nice 0"; empty where this kernel has none.
    const session = await readFile(path, 'utf8').catch(() => '')
    if (session.trim() !== '' && !session.trim().endsWith('nice 19')) await writeFile(path, '19').catch(() => undefined)
  }
}
