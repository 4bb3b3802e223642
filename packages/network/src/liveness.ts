import type { Connection, Libp2p } from '@libp2p/interface'
import type { Hearing } from './hearing.ts'
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
  /** Looks at one connection now, because it did not answer. */
  suspect(connection: Connection): void
  stop(): void
}

/**
 * Closes connections whose peer is gone without having closed them: TCP alone notices after a quarter of an hour.
 *
 * libp2p's own monitor is off, because its probes queue behind bulk data and then end a good, slow connection. Here a
 * connection from which anything arrives is alive, whatever became of a probe: a receiver tells of each piece that it took.
 */
export function watchLiveness(
  { node, logger, hearing }: { node: Libp2p; logger: NetworkLogger; hearing: Hearing },
  options: LivenessOptions,
): Liveness {
  const probing = new WeakSet<Connection>()
  const stopped = new AbortController()
  const now = () => performance.now()

  const probe = async (connection: Connection): Promise<void> => {
    if (probing.has(connection) || connection.status !== 'open') return
    probing.add(connection)
    const startedMs = now()
    const signal = AbortSignal.any([AbortSignal.timeout(options.answerMs), stopped.signal])
    try {
      const stream = await connection.newStream(PROBE_PROTOCOL, { signal })
      await stream.close({ signal })
    } catch {
      if (stopped.signal.aborted || connection.status !== 'open') return
      if (hearing.lastHeardMs(connection) >= startedMs) return
      logger.info({ peer: connection.remotePeer.toString() }, 'a silent peer is given up')
      connection.abort(new Error('the peer fell silent'))
    } finally {
      probing.delete(connection)
    }
  }

  const timer = setInterval(() => {
    for (const connection of node.getConnections()) {
      if (now() - hearing.lastHeardMs(connection) > options.silentMs) void probe(connection)
    }
  }, options.everyMs)

  return {
    suspect: (connection) => void probe(connection),
    stop() {
      clearInterval(timer)
      stopped.abort()
    },
  }
}
