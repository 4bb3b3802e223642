import { readFileSync } from 'node:fs'

/**
 * Whether a process of this id runs, whoever owns it. One that has ended and was not collected by its parent does not:
 * a daemon's parent is soon process 1, which in a container may take its time.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return !isZombie(pid)
}

/** By the state after the name in parentheses (proc(5)); false where there is no /proc. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')
  } catch {
    return false
  }
}
