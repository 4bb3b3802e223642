import { readdir, readFile, statfs } from 'node:fs/promises'
import { cpus, freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Machine } from '@golem/api'
import { DISK_RESERVE_BYTES } from '@golem/sandbox'

const SENSORS = '/sys/class/hwmon'

/** Tells of the machine; what is busy is counted since it was asked last. */
export function createMachineView({ home, speed }: { home: string; speed: number }): () => Promise<Machine> {
  let before = coreTimes()
  return async () => {
    const now = coreTimes()
    const totalMs = now.totalMs - before.totalMs
    const share = totalMs > 0 ? (now.busyMs - before.busyMs) / totalMs : 0
    // Two pages that ask at once would each see the other's moment.
    if (totalMs > now.cores * 500) before = now
    const disk = await statfs(home)
    return {
      cores: now.cores,
      busyCores: Math.max(0, Math.min(now.cores, share * now.cores)),
      memoryBytes: totalmem(),
      freeMemoryBytes: await availableMemory(),
      diskBytes: disk.blocks * disk.bsize,
      freeDiskBytes: disk.bavail * disk.bsize,
      reservedDiskBytes: DISK_RESERVE_BYTES,
      celsius: await warmest(SENSORS),
      model: cpus()[0]?.model.trim() ?? '',
      speed,
    }
  }
}

function coreTimes(): { cores: number; busyMs: number; totalMs: number } {
  const all = cpus()
  let [busyMs, totalMs] = [0, 0]
  for (const { times } of all) {
    const sum = times.user + times.nice + times.sys + times.irq + times.idle
    totalMs += sum
    busyMs += sum - times.idle
  }
  return { cores: all.length, busyMs, totalMs }
}

/** What the kernel would give: caches are not in use. */
async function availableMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '')
  const found = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1]
  return found === undefined ? freemem() : Number(found) * 1024
}

/** Degrees of the warmest sensor of a folder as the kernel lays it out; null where there is none. */
export async function warmest(folder: string): Promise<number | null> {
  let most: number | null = null
  for (const chip of await readdir(folder).catch(() => [])) {
    for (const name of await readdir(join(folder, chip)).catch(() => [])) {
      if (!/^temp\d+_input$/.test(name)) continue
      const celsius = Number(await readFile(join(folder, chip, name), 'utf8').catch(() => 'none')) / 1_000
      // A sensor that is not connected tells nonsense.
      if (celsius > 0 && celsius < 150 && (most === null || celsius > most)) most = celsius
    }
  }
  return most
}
