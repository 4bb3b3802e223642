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

/** When a process started, in clock ticks since boot: with the pid, its name for as long as the machine runs. */
function startTicks(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The program's name, in brackets, may itself hold spaces and brackets.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
  } catch {
    return null
  }
}
