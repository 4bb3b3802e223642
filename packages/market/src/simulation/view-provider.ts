import type { Bytes32 } from '@golem/protocol'
import type { Listing } from '../lists/judge-listings.ts'
import { checkRate } from '../trust/check-rate.ts'
import { compareHow } from '../trust/compare-how.ts'
import { decideExclusion } from '../trust/decide-exclusion.ts'
import { lossAtStake } from '../trust/loss-at-stake.ts'
import { isOwing, type Reputation, reputationOf } from '../trust/reputation.ts'
import { type PairTerms, whoMovesFirst } from '../trust/who-moves-first.ts'
import { withChecks } from '../trust/with-checks.ts'
import type { Market, Provider, Requestor } from './open-market.ts'
import { recordAt, testimonies } from './parties.ts'
import { PAY_WEI, type World } from './world.ts'

/** A provider as a requestor sees it. */
export type View = {
  provider: Provider
  terms: PairTerms
  reputation: Reputation
  ownRecentWei: number
  /** Its price with what its checks cost: less is better. */
  rank: number
}

const COMMON: Bytes32 = `0x${'aa'.repeat(32)}` as Bytes32
const RARE: Bytes32 = `0x${'bb'.repeat(32)}` as Bytes32
/** What a tolerant comparison is taken to catch, of what cheats there are. */
export const TOLERANT_FLOOR = 0.5
const ESTABLISHED = 32
/** All ask the same. */
const PRICE = 10n ** 9n

/** null: one of the two does not work with the other, or there is no room. */
export function viewOf(
  { world, random }: Market,
  requestor: Requestor,
  provider: Provider,
  nowMs: number,
): View | null {
  if (provider.room <= 0) return null
  const at = { nowMs, payWei: PAY_WEI }
  const own = reputationOf([{ record: recordAt(provider.key, requestor.n), isOwn: true }], at)
  const isEclipsed = requestor.n >= world.requestors - (world.hostile.provider.eclipses ?? 0) * world.requestors
  if (isOut(own, isEclipsed ? [] : provider.key.listings, nowMs)) return null
  const ownOfRequestor = reputationOf([{ record: recordAt(requestor.key, provider.n), isOwn: true }], at)
  if (isOut(ownOfRequestor, requestor.key.listings, nowMs)) return null
  const reputation = reputationOf(testimonies(provider.key, requestor.n, isEclipsed ? [] : requestor.follows), at)
  const asked = reputationOf(testimonies(requestor.key, provider.n, provider.follows), at)
  const terms = whoMovesFirst({
    requestor: {
      standingWei: asked.standingWei,
      stakeWei: 0,
      isCaught: asked.caughtAtMs !== null || isOwing(recordAt(requestor.key, provider.n), nowMs),
    },
    provider: {
      standingWei: reputation.standingWei,
      stakeWei: provider.stakeWei,
      isCaught: reputation.caughtAtMs !== null,
    },
    payWei: PAY_WEI,
    mostWei: world.unpaidWei,
  })
  // What was forgiven is a part of the interval all the same.
  const lostWei = Number(requestor.lostTo[provider.n]?.lostWei ?? 0n)
  const limited = { ...terms, unpaidWei: Math.max(PAY_WEI, terms.unpaidWei - lostWei) }
  const view = { provider, terms: limited, reputation, ownRecentWei: own.recentWei }
  const { rate } = rateFor(world, random, view, { payWei: PAY_WEI, unpaidWei: 0 })
  return {
    ...view,
    rank: Number(withChecks(PRICE, rate)) / Number(PRICE) + 1e-6 * mood(world, requestor.n, provider.n, nowMs),
  }
}

function isOut(own: Reputation, listings: readonly Listing[], nowMs: number): boolean {
  const hired = { isHired: false, isAllowed: false, isDenied: false }
  return decideExclusion({ own, listings, ...hired, mode: 'auto', nowMs }).does === 'exclude'
}

/** How often what it delivers is checked, and whether it has much to lose. */
export function rateFor(
  world: World,
  random: () => number,
  { provider, reputation, ownRecentWei }: Omit<View, 'terms' | 'rank'>,
  { payWei, unpaidWei }: { payWei: number; unpaidWei: number },
): { rate: number; isEstablished: boolean } {
  const { standingWei, recentWei } = reputation
  const lossWei = lossAtStake({ unpaidWei, stakeWei: provider.stakeWei, standingWei, ownRecentWei, recentWei })
  const isEstablished = lossWei >= ESTABLISHED * payWei
  if (world.verification === 'twice') return { rate: 1, isEstablished }
  if (world.verification === 'boinc') return { rate: provider.valid < 10 ? 1 : 1 / provider.valid, isEstablished }
  const reproducible = provider.plan.reproducible ?? 1
  const how = compareHow({
    providerClass: reproducible < 1 ? RARE : COMMON,
    checkerClasses: reproducible < 1 && random() >= reproducible ? [COMMON] : [COMMON, RARE],
    tolerance: { detection: TOLERANT_FLOOR },
  })
  const detection = how.kind === 'elsewhere' ? 1 : how.detection
  const policy = world.policy === null ? {} : { policy: world.policy }
  return { rate: checkRate({ payWei, lossWei, detection, ...policy }), isEstablished }
}

/** Breaks ties; the same in the twin's market, whatever happened before. */
function mood({ seed, roundMs }: World, requestor: number, provider: number, nowMs: number): number {
  const pair = Math.imul(seed ^ Math.imul(requestor + 1, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(provider + 1, 0xc2b2ae35)
  const turned = Math.imul(pair ^ (nowMs / roundMs) ^ (pair >>> 13), 0x27d4eb2f)
  return ((turned ^ (turned >>> 15)) >>> 0) / 2 ** 32
}
