import type { PeerId } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { isRelayed, isThroughRelay } from '../addresses.ts'
import type { GolemNode } from '../golem-node.ts'
import type { NetworkLogger } from '../logger.ts'
import { pause } from '../pause.ts'
import { chooseRelays, type RelayInSight } from './choose-relays.ts'
import { HOP_PROTOCOL } from './relay-messages.ts'

/** With two, one may leave. */
const WANTED_RELAYS = 2
const ROUND_MS = 5_000
const MAX_ROUND_MS = 60_000
/** A relay that refused is asked again after this, doubled each time. */
const FIRST_PAUSE_MS = 5_000
const MAX_PAUSE_MS = 30 * 60_000
/** Relays whose refusals are remembered. */
const MAX_REMEMBERED = 128

export type RelayUse = {
  /** Through which others reach this node now. */
  used(): { peerId: string; addresses: string[] }[]
  /** Connected peers that relay for others. */
  inSight(): string[]
  /** Relays may be needed, or a new one be there. */
  lookAgain(): void
  stop(): void
}

/** While others need a relay to reach this node, keeps a place at two of the relays that it is connected to. */
export function useRelays(
  { node, logger, onChange }: { node: GolemNode; logger: NetworkLogger; onChange: () => void },
  options: { isNeeded: () => boolean },
): RelayUse {
  const { transportManager } = node.services.parts
  const stopped = new AbortController()
  const refusals = new Map<string, { count: number; notBeforeMs: number }>()
  let inSight: RelayInSight[] = []
  let isWoken = false
  let wake: (() => void) | null = null

  const lookAgain = (): void => {
    isWoken = true
    wake?.()
  }

  const used = () => {
    const found = new Map<string, string[]>()
    for (const address of transportManager.getAddrs().filter(isRelayed)) {
      const peerId = address.getComponents().find(({ name }) => name === 'p2p')?.value ?? ''
      found.set(peerId, [...(found.get(peerId) ?? []), address.toString()])
    }
    return [...found].map(([peerId, addresses]) => ({ peerId, addresses }))
  }

  const look = async (): Promise<RelayInSight[]> => {
    const found: RelayInSight[] = []
    for (const id of node.getPeers()) {
      const connection = node.getConnections(id).find(({ remoteAddr }) => !isThroughRelay(remoteAddr))
      if (connection === undefined || !(await relays(node, id))) continue
      const peerId = id.toString()
      const notBeforeMs = refusals.get(peerId)?.notBeforeMs ?? 0
      found.push({ peerId, connectedAtMs: connection.timeline.open, notBeforeMs })
    }
    return found
  }

  const reserve = async (peerId: string): Promise<void> => {
    try {
      await transportManager.listen([multiaddr(`/p2p/${peerId}/p2p-circuit`)])
      refusals.delete(peerId)
      logger.info({ relay: peerId }, 'others reach this node through a relay')
      onChange()
    } catch (error) {
      const count = (refusals.get(peerId)?.count ?? 0) + 1
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (count - 1), MAX_PAUSE_MS)
      refusals.delete(peerId)
      const oldest = refusals.keys().next()
      if (refusals.size >= MAX_REMEMBERED && !oldest.done) refusals.delete(oldest.value)
      refusals.set(peerId, { count, notBeforeMs: performance.now() + pauseMs })
      logger.debug({ relay: peerId, error: String(error) }, 'a relay has no place for this node')
    }
  }

  const round = async (): Promise<boolean> => {
    const before = inSight
    inSight = await look()
    if (inSight.length !== before.length) onChange()
    if (!options.isNeeded()) return false
    const held = new Set(used().map(({ peerId }) => peerId))
    const chosen = chooseRelays(inSight, held, { wanted: WANTED_RELAYS, nowMs: performance.now() })
    await Promise.all(chosen.map(reserve))
    return held.size === 0
  }

  const run = async (): Promise<void> => {
    let roundMs = ROUND_MS
    while (!stopped.signal.aborted) {
      const woken = new AbortController()
      wake = () => woken.abort()
      if (!isWoken) await pause(roundMs, woken.signal)
      const wasWoken = isWoken
      isWoken = false
      if (stopped.signal.aborted) return
      const isUrgent = await round().catch(() => false)
      roundMs = wasWoken || isUrgent ? ROUND_MS : Math.min(2 * roundMs, MAX_ROUND_MS)
    }
  }

  const onEvent = (): void => lookAgain()
  node.addEventListener('peer:identify', onEvent)
  node.addEventListener('peer:disconnect', onEvent)
  void run()

  return {
    used,
    inSight: () => inSight.map(({ peerId }) => peerId),
    lookAgain,
    stop() {
      stopped.abort()
      wake?.()
      node.removeEventListener('peer:identify', onEvent)
      node.removeEventListener('peer:disconnect', onEvent)
    },
  }
}

async function relays(node: GolemNode, id: PeerId): Promise<boolean> {
  const known = await node.peerStore.get(id).catch(() => undefined)
  return known?.protocols.includes(HOP_PROTOCOL) ?? false
}
