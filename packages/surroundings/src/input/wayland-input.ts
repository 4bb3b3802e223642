import openDisplay, { type InterfaceDefinition, type Wl_interface as WaylandObject } from 'wayland-client'
import type { InputSource } from './input-source.ts'

/** From here on the compositor tells that nobody is there; shorter pauses are none. */
const IDLE_AFTER_MS = 1_000
const ANSWER_MS = 1_000

type Argument = InterfaceDefinition['requests'][number]['args'][number]
const of = (name: string, requests: [string, Argument[]][], events: string[] = []): InterfaceDefinition => ({
  name,
  version: 1,
  description: '',
  summary: '',
  requests: requests.map(([request, args]) => ({ name: request, description: '', summary: '', args })),
  events: events.map((event) => ({ name: event, description: '', summary: '', args: [] })),
  enums: {},
})
const timeout: Argument = { name: 'timeout', type: 'uint' }
const seat: Argument = { name: 'seat', type: 'object' }
const made = (what: string): Argument => ({ name: 'id', type: 'new_id', interface: what })

/** The standard protocol (KDE since 5.27, wlroots, Hyprland, COSMIC), and the one that went before it. */
const PROTOCOLS = [
  {
    manager: 'ext_idle_notifier_v1',
    request: 'get_idle_notification',
    args: (seatId: number) => [IDLE_AFTER_MS, seatId],
    idle: 'idled',
    interfaces: [
      of('ext_idle_notifier_v1', [
        ['destroy', []],
        ['get_idle_notification', [made('ext_idle_notification_v1'), timeout, seat]],
      ]),
      of('ext_idle_notification_v1', [['destroy', []]], ['idled', 'resumed']),
    ],
  },
  {
    manager: 'org_kde_kwin_idle',
    request: 'get_idle_timeout',
    args: (seatId: number) => [seatId, IDLE_AFTER_MS],
    idle: 'idle',
    interfaces: [
      of('org_kde_kwin_idle', [['get_idle_timeout', [made('org_kde_kwin_idle_timeout'), seat, timeout]]]),
      of(
        'org_kde_kwin_idle_timeout',
        [
          ['release', []],
          ['simulate_user_activity', []],
        ],
        ['idle', 'resumed'],
      ),
    ],
  },
] as const

/**
 * A Wayland compositor that tells who asks when nobody is there. What keeps a screen from going dark, such as a film,
 * counts as somebody.
 *
 * @param socketPath of the compositor
 * @throws where there is none, or it does not tell
 */
export async function openWaylandInput(
  socketPath: string,
  now: () => number = () => performance.now(),
): Promise<InputSource> {
  const display = await openDisplay(socketPath)
  let lost: Error | null = null
  const { promise: gone, reject } = Promise.withResolvers<never>()
  gone.catch(() => undefined)
  const lose = (error: Error): void => {
    lost ??= error
    reject(lost)
  }
  display.on('error', lose)
  display.on('close', () => lose(new Error('the compositor went')))
  const close = (): void => {
    lose(new Error('closed'))
    void display.close().catch(() => undefined)
  }
  const timer = setTimeout(() => lose(new Error('the compositor does not answer')), ANSWER_MS)
  /** Since when nobody is there, or null. */
  let idleSinceMs: number | null = null
  try {
    const globals = new Set(display.listGlobals())
    const protocol = PROTOCOLS.find(({ manager }) => globals.has(manager))
    if (protocol === undefined) throw new Error('the compositor tells nobody when it is idle')
    await display.load([...protocol.interfaces])
    const wlSeat = await display.bind('wl_seat', 1)
    const manager = (await display.bind(protocol.manager, 1)) as WaylandObject &
      Record<string, (...args: number[]) => Promise<WaylandObject>>
    const notification = await manager[protocol.request]?.(...protocol.args(wlSeat.id))
    notification?.on(protocol.idle, () => {
      idleSinceMs = now() - IDLE_AFTER_MS
    })
    notification?.on('resumed', () => {
      idleSinceMs = null
    })
    await Promise.race([gone, display.sync()])
  } catch (error) {
    close()
    throw error
  } finally {
    clearTimeout(timer)
  }
  return {
    name: 'Wayland',
    idleMs: async () => {
      if (lost !== null) throw lost
      return idleSinceMs === null ? 0 : now() - idleSinceMs
    },
    close,
  }
}
