import { readFile } from 'node:fs/promises'
import { processesBelow } from './processes-below.ts'

export type Transfer = { bytesIn: number; bytesOut: number }

/**
 * Counts what the program reads and writes, as the kernel does for every process: files, pipes and sockets, also of
 * those that have ended and were waited for. Memory that is mapped from files is not seen.
 *
 * @param rootPid `unshare`: below it is the runtime, and below that the program
 */
export function transferMeter(rootPid: () => number | undefined): { read(): Promise<Transfer> } {
  let bytesIn = 0
  let bytesOut = 0
  return {
    read: async () => {
      const pid = rootPid()
      const [runtime] = pid === undefined ? [] : await processesBelow(pid)
      const each = await Promise.all((runtime === undefined ? [] : await processesBelow(runtime)).map(transferOf))
      // Who ended and was not waited for is lost, and the sum must not shrink.
      bytesIn = Math.max(
        bytesIn,
        each.reduce((sum, one) => sum + one.bytesIn, 0),
      )
      bytesOut = Math.max(
        bytesOut,
        each.reduce((sum, one) => sum + one.bytesOut, 0),
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
