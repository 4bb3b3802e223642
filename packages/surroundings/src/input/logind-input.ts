import { openBus } from '../dbus.ts'
import type { InputSource } from './input-source.ts'

const LOGIND = 'org.freedesktop.login1'
const DESKTOPS = new Set(['x11', 'wayland', 'mir'])
/** Sessions come and go seldom. */
const SESSIONS_MS = 10_000

/**
 * The system's list of sessions, to which desktops say that nobody is at them: some minutes late, and some never do.
 * Tells nothing while there is no desktop. @throws where there is no logind
 */
export async function openLogindInput(systemBus: string, now: () => number = Date.now): Promise<InputSource> {
  const bus = await openBus(systemBus)
  let known: { paths: string[]; atMs: number } | null = null

  const property = (path: string, name: string) =>
    bus.property({ service: LOGIND, path, of: `${LOGIND}.Session`, name })

  /** Of people at screens, not of services and terminals. */
  const desktops = async (): Promise<string[]> => {
    if (known !== null && now() - known.atMs < SESSIONS_MS) return known.paths
    const manager = { service: LOGIND, path: '/org/freedesktop/login1', of: `${LOGIND}.Manager` }
    const [sessions = []] = (await bus.call({ ...manager, method: 'ListSessions' })) as [unknown[][]?]
    const paths: string[] = []
    for (const session of sessions) {
      const path = String(session[4])
      const [kind, type] = [await property(path, 'Class'), await property(path, 'Type')]
      if (kind === 'user' && DESKTOPS.has(String(type))) paths.push(path)
    }
    known = { paths, atMs: now() }
    return paths
  }

  const idleMs = async (): Promise<number | null> => {
    let least: number | null = null
    for (const path of await desktops()) {
      const isIdle = (await property(path, 'IdleHint')) === true
      const sinceMs = Number(await property(path, 'IdleSinceHint')) / 1_000
      const ms = isIdle ? Math.max(0, now() - sinceMs) : 0
      least = Math.min(least ?? ms, ms)
    }
    return least
  }
  try {
    await idleMs()
  } catch (error) {
    bus.close()
    throw error
  }
  return { name: 'logind', idleMs, close: bus.close }
}
