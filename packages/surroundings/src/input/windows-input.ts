import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { InputSource } from './input-source.ts'

/** One line every half second, in milliseconds; ends with its parent, whose pipe it writes into. */
const SCRIPT = `
Add-Type -Namespace Golem -Name Input -MemberDefinition @'
[StructLayout(LayoutKind.Sequential)] public struct LASTINPUTINFO { public uint cbSize; public uint dwTime; }
[DllImport("user32.dll")] public static extern bool GetLastInputInfo(ref LASTINPUTINFO info);
'@
$info = New-Object Golem.Input+LASTINPUTINFO
$info.cbSize = [Runtime.InteropServices.Marshal]::SizeOf($info)
while ($true) {
  [void][Golem.Input]::GetLastInputInfo([ref]$info)
  [Console]::WriteLine([uint32]([Environment]::TickCount -band 0xffffffff) - $info.dwTime)
  Start-Sleep -Milliseconds 500
}
`
/** PowerShell compiles first. */
const FIRST_MS = 20_000

/** Windows, by GetLastInputInfo. @throws where PowerShell is not there */
export async function openWindowsInput(now: () => number = () => performance.now()): Promise<InputSource> {
  const child = spawn('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', SCRIPT], {
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  })
  let last: { idleMs: number; atMs: number } | null = null
  let lost: Error | null = null
  const first = Promise.withResolvers<void>()
  const lose = (error: Error): void => {
    lost ??= error
    first.reject(error)
  }
  child.on('error', lose)
  child.on('exit', () => lose(new Error('PowerShell ended')))
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!/^\d+$/.test(line)) return
    last = { idleMs: Number(line), atMs: now() }
    first.resolve()
  })
  const close = (): void => {
    child.kill()
  }
  const timer = setTimeout(() => lose(new Error('PowerShell does not answer')), FIRST_MS)
  try {
    await first.promise
  } catch (error) {
    close()
    throw error
  } finally {
    clearTimeout(timer)
  }
  return {
    name: 'Windows',
    idleMs: async () => {
      if (lost !== null) throw lost
      return last === null ? null : last.idleMs + now() - last.atMs
    },
    close,
  }
}
