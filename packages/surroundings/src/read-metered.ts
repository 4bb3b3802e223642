import { openBus } from './dbus.ts'

const MANAGER = {
  service: 'org.freedesktop.NetworkManager',
  path: '/org/freedesktop/NetworkManager',
  of: 'org.freedesktop.NetworkManager',
  name: 'Metered',
}
/** NMMetered: yes, and what NetworkManager guesses to be so. */
const METERED = [1, 3]

/** Whether the network costs by the byte, as NetworkManager knows it; no where it is not there. */
export async function isMetered(systemBus: string): Promise<boolean> {
  const bus = await openBus(systemBus).catch(() => null)
  if (bus === null) return false
  const value = await bus.property(MANAGER).catch(() => 0)
  bus.close()
  return METERED.includes(Number(value))
}
