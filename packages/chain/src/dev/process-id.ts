import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process for good: pids are reused, a pid with its start time is not. */
export type ProcessId = { pid: number; startedAt: string }

export const ownProcessId = (): ProcessId => ({ pid: process.pid, startedAt: startOf(process.pid) ?? '' })

/** False for zombies, too: nobody may ever reap an orphan's. */
export function isRunning({ pid, startedAt }: ProcessId): boolean {
  return startOf(pid) === startedAt
}

/** The words that a process was started with, or null where it is gone. */
export function commandLineOf(pid: number): string | null {
  if (process.platform !== 'linux') return ps(pid, 'command=')
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || null
  } catch {
    return null
  }
}

function startOf(pid: number): string | null {
  if (process.platform !== 'linux') return ps(pid, 'lstart=')
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the name in brackets, which may hold spaces: count from behind it.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' || state === 'X' ? null : (rest[18] ?? null)
  } catch {
    return null
  }
}

function ps(pid: number, what: string): string | null {
  try {
    return execFileSync('ps', ['-o', what, '-p', String(pid)], { encoding: 'utf8' }).trim() || null
  } catch {
    return null
  }
}
