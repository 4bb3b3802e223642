import { readFile } from 'node:fs/promises'

/** What a process has used up to a moment. */
export type Reading = { memoryMib: number; cpuMs: number; atMs: number }
export type Cost = { memoryMib: number; percent: number }

/** The kernel counts a hundred ticks a second, whatever its own rate. */
const MS_PER_TICK = 10
const PAGE_MIB = 4096 / 1024 ** 2

/** Source: proc(5), /proc/PID/stat and /proc/PID/statm */
export async function readCost(pid: number): Promise<Reading> {
  const [stat, statm] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/statm`, 'utf8'),
  ])
  // the program's name, in brackets, may itself hold spaces
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  return { memoryMib: Number(statm.split(' ')[1]) * PAGE_MIB, cpuMs: ticks * MS_PER_TICK, atMs: performance.now() }
}

/** Memory at the end, and the share of a core between. */
export const costOf = (before: Reading, after: Reading): Cost => ({
  memoryMib: after.memoryMib,
  percent: (100 * (after.cpuMs - before.cpuMs)) / (after.atMs - before.atMs),
})
