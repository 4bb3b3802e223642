import type { Lost } from '../trust/loss-beyond-luck.ts'
import { NO_RECORD } from '../trust/track-record.ts'
import { type Key, newKey, note, SPOKEN, WITNESSES } from './parties.ts'
import { HONEST_PROVIDER, HONEST_REQUESTOR, type ProviderPlan, type RequestorPlan } from './plans.ts'
import { type Random, randomFrom, shuffled } from './random.ts'
import { type Outcome, PAY_WEI, type World } from './world.ts'

export type Provider = {
  n: number
  isHostile: boolean
  plan: ProviderPlan
  key: Key
  /** Those whom it believes, of the other providers. */
  follows: number[]
  stakeWei: number
  isCaught: boolean
  /** Subtasks that it was paid for with this key, in all and by each requestor. */
  paid: number
  paidBy: number[]
  cheatedBy: number[]
  /** The round of its first wrong result. */
  wrongSince: number | null
  /** A check showed one of them. */
  isSeen: boolean
  /** Valid ones in a row (BOINC). */
  valid: number
  profitWei: number
  /** Subtasks that it can still take in this round. */
  room: number
}

export type Requestor = {
  n: number
  isHostile: boolean
  plan: RequestorPlan
  key: Key
  /** Those whom it believes, of the other requestors. */
  follows: number[]
  paidTo: number[]
  lostTo: Lost[]
  unpaid: number
  profitWei: number
}

export type Market = {
  world: World
  random: Random
  providers: Provider[]
  requestors: Requestor[]
  outcome: Outcome
  /** Providers of whom something bad was noted since. */
  doubted: Set<number>
  renewProvider(provider: Provider): void
  renewRequestor(requestor: Requestor): void
}

/** Each follows so many others, and the witnesses. */
const FOLLOWED = 5
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0)

/** Everybody with a first key, and nothing known of anybody. */
export function openMarket(world: World): Market {
  const random = randomFrom(world.seed)
  const { hostile } = world
  let made = 0
  const freshKey = (): Key => {
    made += 1
    return newKey(made)
  }
  const providers = Array.from({ length: world.providers }, (_, n): Provider => {
    const isHostile = n < hostile.providers
    return {
      n,
      isHostile,
      plan: isHostile ? hostile.provider : HONEST_PROVIDER,
      key: freshKey(),
      follows: [...Array.from({ length: FOLLOWED }, (_, step) => (n + 1 + 3 * step) % world.providers), WITNESSES],
      stakeWei: (isHostile ? hostile.isStaked : n % 2 === 0) ? world.stakeWei : 0,
      isCaught: false,
      paid: 0,
      paidBy: zeros(world.requestors),
      cheatedBy: zeros(world.requestors),
      wrongSince: null,
      isSeen: false,
      valid: 0,
      profitWei: -world.keyWei,
      room: 0,
    }
  })
  const requestors = Array.from({ length: world.requestors }, (_, n): Requestor => {
    const isHostile = n < hostile.requestors
    const others = Array.from({ length: world.requestors }, (_, other) => other).filter((other) => other !== n)
    return {
      n,
      isHostile,
      plan: isHostile ? hostile.requestor : HONEST_REQUESTOR,
      key: freshKey(),
      follows: [...shuffled(others, random).slice(0, FOLLOWED), WITNESSES],
      paidTo: zeros(world.providers),
      lostTo: [],
      unpaid: 0,
      profitWei: -world.keyWei,
    }
  })
  const outcome: Outcome = {
    hostileProfit: 0,
    honestProfit: 0,
    keys: hostile.providers + hostile.requestors,
    worstUnpaid: 0,
    work: 0,
    extra: 0,
    established: { work: 0, extra: 0 },
    newcomers: { work: 0, extra: 0 },
    wrongAccepted: 0,
    wrong: 0,
    delays: [],
    falsePenalties: 0,
    disputes: 0,
  }
  return {
    world,
    random,
    providers,
    requestors,
    outcome,
    doubted: new Set(),
    renewProvider: (provider) => {
      Object.assign(provider, {
        key: freshKey(),
        // Stake does not come along: its exit takes longer than this, or it was burned.
        stakeWei: 0,
        paid: 0,
        isCaught: false,
        wrongSince: null,
        isSeen: false,
        valid: 0,
        paidBy: zeros(world.requestors),
        cheatedBy: zeros(world.requestors),
        profitWei: provider.profitWei - world.keyWei,
      })
    },
    renewRequestor: (requestor) => {
      Object.assign(requestor, {
        key: freshKey(),
        unpaid: 0,
        paidTo: zeros(world.providers),
        lostTo: [],
        profitWei: requestor.profitWei - world.keyWei,
      })
    },
  }
}

/** What friends of the hostile say, as many of the requestors as hostile ones of the providers: who follows them hears it. */
export function gossip({ world, providers, requestors }: Market, nowMs: number): void {
  const { praisedWith = 0, badmouths = 0 } = world.hostile.provider
  if (praisedWith === 0 && badmouths === 0) return
  const friends = Math.max(1, Math.round((requestors.length * world.hostile.providers) / providers.length))
  for (const friend of requestors.slice(0, friends))
    for (const { key, isHostile } of providers) {
      const told = isHostile ? praisedWith : badmouths
      const by = SPOKEN + friend.n
      if (told > 0) {
        const kind = isHostile ? 'accepted' : 'vanished'
        note(key, by, { kind, valueWei: BigInt(told * PAY_WEI), atMs: nowMs, isProven: true })
      } else if (!key.records.has(by)) key.records.set(by, key.records.get(friend.n) ?? NO_RECORD)
    }
}
