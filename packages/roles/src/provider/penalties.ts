import type { Clock } from '@golem/ports'
import type { Address } from '@golem/protocol'
import { LIMITS } from './limits.ts'

/** Peers that broke the rules are left alone for so long: enough to make it cheaper to keep them. */
const PENALTY_MS = 60_000

/**
 * Remembers, for a while, who broke the rules.
 *
 * @param tell told of each: what lies below has consequences of its own
 */
export function createPenalties(clock: Clock, tell: (peer: Address) => void = () => {}) {
  const until = new Map<Address, number>()
  return {
    add: (peer: Address): void => {
      tell(peer)
      until.delete(peer)
      until.set(peer, clock.now() + PENALTY_MS)
      if (until.size > LIMITS.peers) until.delete(until.keys().next().value as Address)
    },
    /** Peers under penalty now. */
    peers: (): ReadonlySet<Address> => {
      for (const [peer, untilMs] of until) if (untilMs <= clock.now()) until.delete(peer)
      return new Set(until.keys())
    },
    has: (peer: Address): boolean => (until.get(peer) ?? 0) > clock.now(),
  }
}
export type Penalties = ReturnType<typeof createPenalties>
