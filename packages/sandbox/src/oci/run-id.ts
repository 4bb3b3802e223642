import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** Names one run on the whole machine, and says which daemon started it: a run whose daemon is gone is a leftover. */
export function newRunId(name: string): string {
  const pid = process.pid
  return `golem-${name}-${pid}-${startTicks(pid) ?? 0}-${randomBytes(6).toString('hex')}`
}

/** @returns null for what is no id of a run. */
export function isOwnerAlive(id: string): boolean | null {
  const match = /^golem-[a-z0-9-]+-(\d+)-(\d+)-[0-9a-f]{12}$/.exec(id)
  if (match === null) return null
  return startTicks(Number(match[1])) === Number(match[2])
}

/**
 * When a process started, in clock ticks since boot: with the pid, its name for as long as the machine runs. One that has
 * ended and was not collected yet, as happens to daemons whose parent went first, is gone.
 */
function startTicks(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The program's name, in brackets, may itself hold spaces and brackets.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? null : Number(fields[18])
  } catch {
    return null
  }
}
