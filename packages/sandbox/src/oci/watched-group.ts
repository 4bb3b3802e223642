import { readFile } from 'node:fs/promises'
import type { ControlGroup } from './control-groups.ts'
import { signalFreezer } from './freezer.ts'
import { processesBelow } from './processes-below.ts'

/** Linux reports times in units of 1/100 s, whatever its own clock does. */
const TICKS_PER_SECOND = 100

/**
 * Stands in for a control group where an ordinary user has none: adds up what the processes below `rootPid` use.
 * Nothing bounds them but who looks at `usage` often enough. Files in /tmp and /dev/shm inside are not seen; each of
 * those is bounded by its own size.
 */
export function watchedGroup(rootPid: () => number | undefined): ControlGroup {
  let cpuMs = 0
  let peakMemoryBytes = 0
  const usage: ControlGroup['usage'] = async () => {
    const pid = rootPid()
    const processes = pid === undefined ? [] : processesBelow(pid)
    const used = await Promise.all(processes.map(usageOf))
    const memoryBytes = used.reduce((sum, each) => sum + each.memoryBytes, 0)
    // Who has ended and was waited for is in its parent's sum; who was not is lost, and the sum must not shrink.
    const countedMs = used.reduce((sum, each) => sum + each.cpuMs, 0)
    cpuMs = Math.max(cpuMs, countedMs)
    peakMemoryBytes = Math.max(peakMemoryBytes, memoryBytes)
    return { cpuMs, memoryBytes, peakMemoryBytes }
  }
  return {
    entries: [],
    freezerEntry: null,
    freezer: signalFreezer(rootPid),
    boundCores: () => undefined,
    setPriority: () => undefined,
    usage,
    heldBytes: async () => (await usage()).memoryBytes,
    strikes: async () => ({ outOfMemory: 0, pidsRefused: 0 }),
    remove: async () => undefined,
  }
}

async function usageOf(pid: number): Promise<{ cpuMs: number; memoryBytes: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  // Shared pages by halves; where the kernel does not tell, in full.
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  const proportional = /^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]
  const resident = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))?.[1]
  return {
    cpuMs: Number.isFinite(ticks) ? (ticks * 1_000) / TICKS_PER_SECOND : 0,
    memoryBytes: Number(proportional ?? resident ?? 0) * 1024,
  }
}
