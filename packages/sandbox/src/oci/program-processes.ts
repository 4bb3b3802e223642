import { readFile } from 'node:fs/promises'
import { processesBelow } from './processes-below.ts'

export type Transfer = { bytesIn: number; bytesOut: number }

/** The processes of one program, as the host sees them. */
export type ProgramProcesses = {
  list(): Promise<number[]>
  /**
   * What they read and wrote, as the kernel counts for every process: files, pipes and sockets, also by those that have
   * ended and were waited for. Memory that is mapped from files is not seen.
   */
  transfer(): Promise<Transfer>
}

/** @param rootPid `unshare`: below it is the runtime, and below that the program */
export function programProcesses(rootPid: () => number | undefined): ProgramProcesses {
  let bytesIn = 0
  let bytesOut = 0
  const list = async (): Promise<number[]> => {
    const pid = rootPid()
    const [runtime] = pid === undefined ? [] : await processesBelow(pid)
    return runtime === undefined ? [] : processesBelow(runtime)
  }
  return {
    list,
    transfer: async () => {
      const each = await Promise.all((await list()).map(transferOf))
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

async function transferOf(pid: number): Promise<Transfer> {
  const text = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => '')
  const field = (name: string): number => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
  return { bytesIn: field('rchar'), bytesOut: field('wchar') }
}
