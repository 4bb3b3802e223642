import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Whether the machine runs on its battery. Machines without one do not. */
export async function isOnBattery(platform: NodeJS.Platform, sysPath = '/sys'): Promise<boolean> {
  if (platform === 'darwin') {
    const { stdout } = await run('pmset', ['-g', 'batt'], { timeout: 2_000 }).catch(() => ({ stdout: '' }))
    return stdout.includes("'Battery Power'")
  }
  const folder = join(sysPath, 'class/power_supply')
  const supplies = await Promise.all(
    (await readdir(folder).catch(() => [])).map(async (name) => {
      const read = (file: string) =>
        readFile(join(folder, name, file), 'utf8').then(
          (text) => text.trim(),
          () => '',
        )
      const [type, online, status, scope] = await Promise.all(['type', 'online', 'status', 'scope'].map(read))
      return { type, online, status, scope }
    }),
  )
  // Of mice and headsets, which have batteries too, nothing is asked.
  const own = supplies.filter(({ scope }) => scope !== 'Device')
  const mains = own.filter(({ type }) => type === 'Mains' || type === 'USB')
  if (mains.some(({ online }) => online === '1')) return false
  return own.some(({ type, status }) => type === 'Battery' && status === 'Discharging')
}
