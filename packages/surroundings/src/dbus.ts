import type { EventEmitter } from 'node:events'
import { Message, MessageFlag, sessionBus } from '@jellybrick/dbus-next'

/** A connection to a message bus of the desktop or the system. */
export type Bus = {
  /** The answer's arguments. @throws where nobody answers to that name; nothing is started for it */
  call(to: { service: string; path: string; of: string; method: string }, args?: readonly string[]): Promise<unknown[]>
  /** A property's value. */
  property(of: { service: string; path: string; of: string; name: string }): Promise<unknown>
  close(): void
}

/** Who does not answer within this is treated as absent. */
const ANSWER_MS = 1_000

/** @throws where no bus listens at the address */
export async function openBus(address: string): Promise<Bus> {
  const bus = sessionBus({ busAddress: address })
  const { promise: failed, reject } = Promise.withResolvers<never>()
  failed.catch(() => undefined)
  // Without a listener an error of the connection would end the daemon.
  ;(bus as EventEmitter).on('error', reject)
  const close = (): void => {
    reject(new Error('the connection was closed'))
    bus.disconnect()
  }
  try {
    await inTime(Promise.race([failed, new Promise<void>((resolve) => bus.on('connect', () => resolve()))]))
  } catch (error) {
    close()
    throw error
  }
  const call: Bus['call'] = async ({ service, path, of, method }, args = []) => {
    const message = new Message({
      destination: service,
      path,
      interface: of,
      member: method,
      signature: 's'.repeat(args.length),
      body: [...args],
      flags: MessageFlag.NO_AUTO_START,
    })
    const reply = await inTime(Promise.race([failed, bus.call(message)]))
    return reply?.body ?? []
  }
  return {
    call,
    property: async ({ service, path, of, name }) => {
      const to = { service, path, of: 'org.freedesktop.DBus.Properties', method: 'Get' }
      const [variant] = await call(to, [of, name])
      return (variant as { value?: unknown } | undefined)?.value
    },
    close,
  }
}

async function inTime<T>(promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_MS} ms`)), ANSWER_MS)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
