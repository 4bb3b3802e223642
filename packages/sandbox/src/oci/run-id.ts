import { randomBytes } from 'node:crypto'
import { startTicks } from './start-ticks.ts'

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
