import { spawn } from 'node:child_process'

/** Asks the desktop to open an address. @returns false where there is no desktop */
export function openUrl(url: string, env: Readonly<Record<string, string | undefined>>): boolean {
  const command = commandFor(process.platform, env)
  if (command === null) return false
  const [program, ...args] = command
  const child = spawn(program, [...args, url], { detached: true, stdio: 'ignore' })
  // The link is printed, too: where no browser is found nothing is lost.
  child.once('error', () => undefined)
  child.unref()
  return true
}

export function commandFor(
  platform: string,
  env: Readonly<Record<string, string | undefined>>,
): [string, ...string[]] | null {
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return ['explorer.exe']
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : null
}
