import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Message, type MessageBus, sessionBus, Variant } from '@jellybrick/dbus-next'

/** A message bus of its own, with the services that a test puts on it in place of the desktop's. */
export type TestBus = { address: string; connect(): MessageBus; stop(): Promise<void> }

export async function startBus(): Promise<TestBus> {
  const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address=1'], {
    // It complains that it may not open more files.
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = once(daemon, 'exit')
  const [address] = (await once(createInterface({ input: daemon.stdout }), 'line')) as [string]
  const connected: MessageBus[] = []
  return {
    address,
    connect: () => {
      const bus = sessionBus({ busAddress: address })
      connected.push(bus)
      return bus
    },
    stop: async () => {
      for (const bus of connected) bus.disconnect()
      daemon.kill()
      await exited
    },
  }
}

type Answer = { signature: string; body: unknown[] }

/** Answers, by path, interface and method, as the service of that name. */
async function serve(bus: MessageBus, name: string, answers: Record<string, () => Answer>): Promise<void> {
  bus.addMethodHandler((asked) => {
    const { path, interface: of, member, body } = asked
    const isProperty = of === 'org.freedesktop.DBus.Properties'
    const answer = answers[isProperty ? `${path} ${body.join(' ')}` : `${path} ${of} ${member}`]
    if (answer === undefined) return false
    const { signature, body: values } = answer()
    bus.send(
      isProperty
        ? Message.newMethodReturn(asked, 'v', [new Variant(signature, values[0])])
        : Message.newMethodReturn(asked, signature, values),
    )
    return true
  })
  await bus.requestName(name)
}

/** GNOME's compositor, as far as it is asked. */
export const mockGnome = (bus: MessageBus, idleMs: () => number): Promise<void> =>
  serve(bus, 'org.gnome.Mutter.IdleMonitor', {
    '/org/gnome/Mutter/IdleMonitor/Core org.gnome.Mutter.IdleMonitor GetIdletime': () => ({
      signature: 't',
      body: [BigInt(idleMs())],
    }),
  })

export type MockSession = { class: string; type: string; isIdle: boolean; idleSinceMs: number }

/** systemd's list of sessions. */
export function mockLogind(bus: MessageBus, sessions: readonly MockSession[]): Promise<void> {
  const pathOf = (at: number) => `/org/freedesktop/login1/session/_3${at}`
  const answers: Record<string, () => Answer> = {
    '/org/freedesktop/login1 org.freedesktop.login1.Manager ListSessions': () => ({
      signature: 'a(susso)',
      body: [sessions.map((_, at) => [`${at}`, 1_000, 'ann', 'seat0', pathOf(at)])],
    }),
  }
  for (const [at, session] of sessions.entries()) {
    const property = (name: string, signature: string, value: () => unknown): void => {
      answers[`${pathOf(at)} org.freedesktop.login1.Session ${name}`] = () => ({ signature, body: [value()] })
    }
    property('Class', 's', () => session.class)
    property('Type', 's', () => session.type)
    property('IdleHint', 'b', () => session.isIdle)
    property('IdleSinceHint', 't', () => BigInt(session.idleSinceMs) * 1_000n)
  }
  return serve(bus, 'org.freedesktop.login1', answers)
}

export const mockNetworkManager = (bus: MessageBus, metered: () => number): Promise<void> =>
  serve(bus, 'org.freedesktop.NetworkManager', {
    '/org/freedesktop/NetworkManager org.freedesktop.NetworkManager Metered': () => ({
      signature: 'u',
      body: [metered()],
    }),
  })
