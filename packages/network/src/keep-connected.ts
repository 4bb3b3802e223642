import type { Network } from '@golem/ports'

import type { NetworkLogger } from './logger.ts'
import { pause } from './pause.ts'

/** Daemons start in any order: the first tries come quickly, the later ones are cheap. */
const FIRST_PAUSE_MS = 200
const MAX_PAUSE_MS = 3_000

export type BootstrapComponents = {
  network: Network
  logger: NetworkLogger
  /** Resolves when the last connection to this peer is gone, or the signal is aborted. */
  disconnected: (peerId: string, signal: AbortSignal) => Promise<void>
}

/** Keeps one address connected until the signal is aborted. Never throws. */
export async function keepConnected(
  { network, logger, disconnected }: BootstrapComponents,
  { address, signal }: { address: string; signal: AbortSignal },
): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS
  while (!signal.aborted) {
    try {
      const peer = await network.connect(address, { signal })
      logger.info({ address, peer: peer.address }, 'connected to a bootstrap peer')
      pauseMs = FIRST_PAUSE_MS
      await disconnected(peer.peerId, signal)
      logger.info({ address, peer: peer.address }, 'lost a bootstrap peer')
    } catch (error) {
      if (signal.aborted) return
      if (pauseMs === FIRST_PAUSE_MS)
        logger.warn({ address, error: String(error) }, 'a bootstrap peer does not answer yet')
    }
    // a little chance keeps many nodes from knocking together
    await pause(pauseMs * (0.8 + 0.4 * Math.random()), signal)
    pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)
  }
}
