import { openBus } from '../dbus.ts'
import type { InputSource } from './input-source.ts'

const MONITOR = {
  service: 'org.gnome.Mutter.IdleMonitor',
  path: '/org/gnome/Mutter/IdleMonitor/Core',
  of: 'org.gnome.Mutter.IdleMonitor',
  method: 'GetIdletime',
}

/** GNOME's compositor, which shows input to nobody else under Wayland. @throws where it is not there */
export async function openGnomeInput(sessionBus: string): Promise<InputSource> {
  const bus = await openBus(sessionBus)
  const idleMs = async (): Promise<number> => {
    const [ms] = await bus.call(MONITOR)
    return Number(ms)
  }
  try {
    await idleMs()
  } catch (error) {
    bus.close()
    throw error
  }
  return { name: 'GNOME', idleMs, close: bus.close }
}
