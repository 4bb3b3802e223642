import { join } from 'node:path'
import { openGnomeInput } from './gnome-input.ts'
import type { InputSource } from './input-source.ts'
import { openLogindInput } from './logind-input.ts'
import { openMacInput } from './mac-input.ts'
import { openWaylandInput } from './wayland-input.ts'
import { openWindowsInput } from './windows-input.ts'
import { openX11Input } from './x11-input.ts'

export type Desktop = {
  platform: NodeJS.Platform
  env: Readonly<Record<string, string | undefined>>
  userId: number
}

/**
 * The first that can be asked here: compositors before the X server that runs inside them, the system's list of sessions
 * last. Where a daemon was started without a desktop's variables, the places are tried where desktops usually are.
 *
 * @returns null where nobody can be asked
 */
export async function openInput({ platform, env, userId }: Desktop): Promise<InputSource | null> {
  if (platform === 'darwin') return first([() => openMacInput()])
  if (platform === 'win32') return first([() => openWindowsInput()])
  const runtime = env.XDG_RUNTIME_DIR ?? `/run/user/${userId}`
  const wayland = env.WAYLAND_DISPLAY ?? 'wayland-0'
  const isWayland = env.WAYLAND_DISPLAY !== undefined || env.XDG_SESSION_TYPE === 'wayland'
  return first([
    () => openGnomeInput(env.DBUS_SESSION_BUS_ADDRESS ?? `unix:path=${runtime}/bus`),
    () => openWaylandInput(wayland.startsWith('/') ? wayland : join(runtime, wayland)),
    ...(isWayland ? [] : [() => openX11Input(env.DISPLAY ?? ':0')]),
    () => openLogindInput(systemBusOf(env)),
  ])
}

export const systemBusOf = (env: Desktop['env']): string =>
  env.DBUS_SYSTEM_BUS_ADDRESS ?? 'unix:path=/var/run/dbus/system_bus_socket'

async function first(ways: (() => Promise<InputSource>)[]): Promise<InputSource | null> {
  for (const open of ways) {
    const source = await open().catch(() => null)
    if (source === null) continue
    if ((await source.idleMs().catch(() => null)) !== null) return source
    source.close()
  }
  return null
}
