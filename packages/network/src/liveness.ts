import type { Connection, Libp2p } from '@libp2p/interface'
import type { NetworkLogger } from './logger.ts'

/** Any peer answers to this, if only to say that it does not speak it: either way it lives. */
const PROBE_PROTOCOL = '/ipfs/ping/1.0.0'

export type LivenessOptions = {
  /** Between looks at all connections. */
  everyMs: number
  /** A connection that was heard from within this time is left in peace. */
  silentMs: number
  /** For the answer to a probe. */
  answerMs: number
}

/** A peer that vanished without a word is given up after 30 to 65 s. */
export const LIVENESS: LivenessOptions = { everyMs: 15_000, silentMs: 30_000, answerMs: 20_000 }

export type Liveness = {
  /** Something of this connection's peer arrived: data, or room for more of ours. */
  heard(connection: Connection): void
  /** Looks at one connection now, because it did not answer. */
  suspect(connection: Connection): void
  stop(): void
}

/**
 * Closes connections whose peer is gone without having closed them: TCP alone notices after a quarter of an hour.
 *
 * libp2p's own monitor is off, because its probes queue behind bulk data and then end a good, slow connection. Here a
 * connection over which anything moves is alive, whatever became of a probe.
 */
export function watchLiveness(
  { node, logger }: { node: Libp2p; logger: NetworkLogger },
  options: LivenessOptions,
): Liveness {
  const heardAtMs = new WeakMap<Connection, number>()
  const probing = new WeakSet<Connection>()
  const stopped = new AbortController()
  const now = () => performance.now()
  const lastHeardMs = (connection: Connection) => heardAtMs.get(connection) ?? 0

  const probe = async (connection: Connection): Promise<void> => {
    if (probing.has(connection) || connection.status !== 'open') return
    probing.add(connection)
    const startedMs = now()
    const signal = AbortSignal.any([AbortSignal.timeout(options.answerMs), stopped.signal])
    try {
      const stream = await connection.newStream(PROBE_PROTOCOL, { signal })
      heardAtMs.set(connection, now())
      await stream.close({ signal })
    } catch (error) {
      if (stopped.signal.aborted || connection.status !== 'open') return
      const isAnswer = error instanceof Error && error.name === 'UnsupportedProtocolError'
      if (isAnswer) heardAtMs.set(connection, now())
      if (lastHeardMs(connection) >= startedMs) return
      logger.info('a silent peer is given up', { peer: connection.remotePeer.toString() })
      connection.abort(new Error('the peer fell silent'))
    } finally {
      probing.delete(connection)
    }
  }

  const timer = setInterval(() => {
    for (const connection of node.getConnections()) {
      const knownMs = Math.max(lastHeardMs(connection), now() - (Date.now() - connection.timeline.open))
      if (now() - knownMs > options.silentMs) void probe(connection)
    }
  }, options.everyMs)

  return {
    heard: (connection) => void heardAtMs.set(connection, now()),
    suspect: (connection) => void probe(connection),
    stop() {
      clearInterval(timer)
      stopped.abort()
    },
  }
}
