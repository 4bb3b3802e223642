import type { Connection, MultiaddrConnection } from '@libp2p/interface'

/** When anything last arrived from the other end of each connection, window updates and answers included. */
export type Hearing = {
  /** Listens to a transport connection, once its handshake is done. */
  observe(transport: MultiaddrConnection): void
  /** Something arrived on a stream: WebRTC's streams pass by its transport connection. */
  heard(connection: Connection): void
  /** By `performance.now()`. */
  lastHeardMs(connection: Connection): number
}

export function createHearing(): Hearing {
  // a connection and the transport below it share nothing else that is public and their own
  const heardAtMs = new WeakMap<object, number>()
  return {
    observe(transport) {
      const heard = (): void => void heardAtMs.set(transport.timeline, performance.now())
      heard()
      transport.addEventListener('message', heard)
    },
    heard: ({ timeline }) => void heardAtMs.set(timeline, performance.now()),
    lastHeardMs: (connection) => heardAtMs.get(connection.timeline) ?? 0,
  }
}
