import { readFileSync } from 'node:fs'

/**
 * When a process started, in clock ticks since boot: with the pid, its name for as long as the machine runs. One that has
 * ended and was not collected yet, as happens to daemons whose parent went first, is gone: null.
 *
 * Source: proc_pid_stat(5)
 */
export function startTicks(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The program's name, in brackets, may itself hold spaces and brackets.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? null : Number(fields[18])
  } catch {
    return null
  }
}
