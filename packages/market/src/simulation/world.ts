import type { CheckPolicy } from '../trust/check-rate.ts'
import { AUDIT_SHARE } from '../trust/draw-auditors.ts'
import { HONEST_PROVIDER, HONEST_REQUESTOR, type ProviderPlan, type RequestorPlan } from './plans.ts'

/** How results are verified: by the functions of this package, by BOINC's adaptive replication, or all of them twice. */
export type Verification = 'golem' | 'boinc' | 'twice'

/** One simulated market. Amounts are in wei as numbers; a usual subtask pays 1 GLM. */
export type World = {
  seed: number
  verification: Verification
  policy: CheckPolicy | null
  providers: number
  requestors: number
  witnesses: number
  rounds: number
  roundMs: number
  /** Of one requestor in one round. Every eighth pays four times as much. */
  subtasks: number
  /** Subtasks that a provider can compute in one round. */
  capacity: number
  /** What honest work costs, of its pay. */
  costShare: number
  /** What a right result is worth to a requestor, of its pay. */
  worth: number
  /** Audited besides, of all that was accepted. */
  auditRate: number
  /** Each of the providers that has one, the others have none: every second one. */
  stakeWei: number
  /** The most that any pair lets stand open. */
  unpaidWei: number
  /** A new key, with what it needs on chain. */
  keyWei: number
  /** Whom a requestor left unpaid tells all who follow it, and is believed. On nodes nobody tells, and it alone knows. */
  isTold: boolean
  /** Providers that join, one each so many rounds, in the place of an honest one. 0: none. */
  churnEvery: number
  hostile: {
    providers: number
    requestors: number
    witnesses: number
    /** Whether the hostile providers have a stake. */
    isStaked: boolean
    provider: ProviderPlan
    requestor: RequestorPlan
  }
}

export const PAY_WEI = 1e18

export const WORLD: World = {
  seed: 1,
  verification: 'golem',
  policy: null,
  providers: 20,
  requestors: 6,
  witnesses: 10,
  rounds: 48,
  roundMs: 12 * 3_600_000,
  subtasks: 8,
  capacity: 4,
  costShare: 0.75,
  worth: 1.5,
  auditRate: AUDIT_SHARE,
  stakeWei: 160 * PAY_WEI,
  unpaidWei: 12 * PAY_WEI,
  keyWei: 0.05 * PAY_WEI,
  isTold: true,
  churnEvery: 0,
  hostile: {
    providers: 0,
    requestors: 0,
    witnesses: 0,
    isStaked: false,
    provider: HONEST_PROVIDER,
    requestor: HONEST_REQUESTOR,
  },
}

/** What came of it. */
export type Outcome = {
  /** Of each hostile provider or requestor over its life, in subtasks' pay; NaN where there is none. */
  hostileProfit: number
  /** The same of each honest one of that kind. */
  honestProfit: number
  /** Keys that the hostile ones had. */
  keys: number
  /** Most that one key of a requestor kept back from one provider for right work, over its life, in subtasks' pay. */
  worstUnpaid: number
  /** In subtasks' pay: what was done, and what was computed besides to verify it. */
  work: number
  extra: number
  /** The same of providers with 32 subtasks' pay to lose, and the others. */
  established: { work: number; extra: number }
  newcomers: { work: number; extra: number }
  wrongAccepted: number
  wrong: number
  /** Rounds from the first wrong result of a key to the first that a check showed; one for each key that was found out. */
  delays: number[]
  /** Honest providers that were convicted. */
  falsePenalties: number
  disputes: number
}
