import type { Problem } from '@golem/protocol'
import type { DaemonParts } from './daemon-parts.ts'

/** What keeps money from moving: the chain itself, what was sent and is not mined, what is owed and was not paid. */
export function moneyTroubles({ chain, watch }: Pick<DaemonParts, 'chain' | 'watch'>): Problem[] {
  return [...chain.troubles(), ...watch.troubles()]
}
