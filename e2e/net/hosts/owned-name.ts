import { readFileSync } from 'node:fs'

/**
 * Names a thing that outlives its process, such as a network namespace or a folder, after the process that made it: one
 * whose process is gone was left behind.
 */
export const ownedName = (name: string): string => `golem-net-${process.pid}-${startTicks(process.pid)}-${name}`

/** False for what was never named so. */
export function isLeftBehind(name: string): boolean {
  const [, pid, ticks] = /^golem-net-(\d+)-(\d+)-/.exec(name) ?? []
  return pid !== undefined && startTicks(Number(pid)) !== Number(ticks)
}

/** When a process began, in clock ticks since boot: numbers of processes are used again. Format: proc_pid_stat(5). */
function startTicks(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The program's name, in brackets, may itself hold brackets and spaces.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? null : Number(fields[18])
  } catch {
    return null
  }
}
