import { kernelFile } from './kernel-file.ts'
import { processesBelow } from './processes-below.ts'

export type Transfer = { bytesIn: number; bytesOut: number }

/** The processes of one program, as the host sees them. */
export type ProgramProcesses = {
  list(): number[]
  /**
   * What they read and wrote, as the kernel counts for every process: files, pipes and sockets, also by those that have
   * ended and were waited for. Memory that is mapped from files is not seen.
   */
  transfer(): Transfer
}

/**
 * @param rootPid `unshare`: below it is the runtime, and below that the program
 * @param isObserved strace is between `unshare` and the runtime, and first starts what takes its lines
 */
export function programProcesses(rootPid: () => number | undefined, isObserved: boolean): ProgramProcesses {
  let bytesIn = 0
  let bytesOut = 0
  const list = (): number[] => {
    const pid = rootPid()
    const runtime = pid === undefined ? undefined : processesBelow(pid)[isObserved ? 2 : 0]
    return runtime === undefined ? [] : processesBelow(runtime)
  }
  return {
    list,
    transfer: () => {
      const each = list().map(transferOf)
      const sum = (of: (one: Transfer) => number): number => each.reduce((total, one) => total + of(one), 0)
      // Who ended and was not waited for is lost, and the sums must not shrink.
      bytesIn = Math.max(
        bytesIn,
        sum((one) => one.bytesIn),
      )
      bytesOut = Math.max(
        bytesOut,
        sum((one) => one.bytesOut),
      )
      return { bytesIn, bytesOut }
    },
  }
}

function transferOf(pid: number): Transfer {
  const text = kernelFile(`/proc/${pid}/io`)
  const field = (name: string): number => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
  return { bytesIn: field('rchar'), bytesOut: field('wchar') }
}
