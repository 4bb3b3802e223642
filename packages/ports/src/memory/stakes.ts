import { type Address, GolemError, type Wei } from '@golem/protocol'
import type { Stakes } from '../disputes.ts'

/** Of a stake, the most that one claim burns. */
const CLAIM_SHARE = 4n

export type MemoryStakes = Stakes & {
  /** More, under the same arbiter; null: for equivocation alone. @throws {GolemError} `CHAIN_REVERTED` */
  add(staker: Address, amountWei: Wei, arbiter: Address | null): void
  exit(staker: Address): void
  stay(staker: Address): void
  /** Burns so much of it, or what is left. */
  slash(staker: Address, amountWei: Wei): void
}

type Held = { agedWei: Wei; freshWei: Wei; freshSinceS: number; exitsAtS: number | null; arbiter: Address | null }

/** What participants of one process have at stake. */
export function memoryStakes({
  nowS,
  exitDelayS = 42 * 86_400,
  ageingS = 0,
}: {
  nowS: () => number
  exitDelayS?: number
  ageingS?: number
}): MemoryStakes {
  const accounts = new Map<Address, Held>()
  const totalOf = ({ agedWei, freshWei }: Held): Wei => agedWei + freshWei
  const isMature = ({ freshSinceS }: Held): boolean => nowS() >= freshSinceS + ageingS
  const held = (staker: Address): Held => {
    const found = accounts.get(staker)
    if (found === undefined || totalOf(found) === 0n) throw reverted('NothingStaked')
    return found
  }

  return {
    of: async (staker) => {
      const found = accounts.get(staker) ?? NOTHING
      const totalWei = totalOf(found)
      const isLeaving = found.exitsAtS !== null
      return {
        totalWei,
        activeWei: isLeaving ? 0n : totalWei,
        agedWei: isLeaving ? 0n : isMature(found) ? totalWei : found.agedWei,
        exitsAtS: found.exitsAtS,
        arbiter: found.arbiter,
        maxClaimWei: totalWei / CLAIM_SHARE,
      }
    },
    add: (staker, amountWei, arbiter) => {
      const found = accounts.get(staker) ?? NOTHING
      if (amountWei <= 0n) throw reverted('AmountInvalid')
      if (found.exitsAtS !== null) throw reverted('Exiting')
      if (totalOf(found) > 0n && found.arbiter !== arbiter) throw reverted('ArbiterInvalid')
      const agedWei = isMature(found) ? totalOf(found) : found.agedWei
      const freshWei = totalOf(found) - agedWei + amountWei
      accounts.set(staker, { agedWei, freshWei, freshSinceS: nowS(), exitsAtS: null, arbiter })
    },
    exit: (staker) => {
      const found = held(staker)
      if (found.exitsAtS !== null) throw reverted('Exiting')
      found.exitsAtS = nowS() + exitDelayS
    },
    stay: (staker) => {
      const found = held(staker)
      if (found.exitsAtS === null) throw reverted('NotExited')
      accounts.set(staker, {
        ...{ agedWei: 0n, freshWei: totalOf(found), freshSinceS: nowS() },
        ...{ exitsAtS: null, arbiter: found.arbiter },
      })
    },
    slash: (staker, amountWei) => {
      const found = held(staker)
      const ofFresh = amountWei < found.freshWei ? amountWei : found.freshWei
      found.freshWei -= ofFresh
      const rest = amountWei - ofFresh
      found.agedWei -= rest < found.agedWei ? rest : found.agedWei
    },
  }
}

const NOTHING: Held = { agedWei: 0n, freshWei: 0n, freshSinceS: 0, exitsAtS: null, arbiter: null }

const reverted = (message: string): GolemError => new GolemError({ code: 'CHAIN_REVERTED', message })
