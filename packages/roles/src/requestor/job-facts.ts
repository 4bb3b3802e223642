import { type Attempted, blame } from '@golem/market'
import type { Bytes32, Cid } from '@golem/protocol'
import type { Seen } from '../trust/fact-book.ts'
import {
  type Attempt,
  agreementOf,
  isDrawn,
  type JobState,
  OUTPUT_UNAVAILABLE,
  PROVIDER_LOST,
  SUBTASK_LATE,
} from './job-state.ts'

type Sum = { count: number; valueWei: bigint; evidence: Cid | null; isExact?: true }
/** By agreement, then by kind. */
type Sums = Map<Bytes32, Map<string, Sum>>

/**
 * What a job has shown so far of those who worked for it.
 *
 * @param isDeterministic its program gives the same everywhere: what differs here is wrong, whoever else got it wrong
 */
export function factsOf(state: JobState, { isDeterministic }: { isDeterministic: boolean }): Seen[] {
  const sums: Sums = new Map()
  const given = new Map<string, Attempt[]>()
  for (const attempt of state.attempts.values()) {
    if (attempt.state === 'accepted') add(sums, attempt, attempt.isUnseen ? 'accepted' : 'accepted-proven')
    else if (isRejected(attempt) || failureOf(attempt) !== null)
      given.set(attempt.subtask, [...(given.get(attempt.subtask) ?? []), attempt])
  }
  for (const [subtask, attempts] of given) noteFailures(sums, state, { subtask, attempts, isDeterministic })
  return [...sums].flatMap(([id, kinds]) => {
    const { terms } = agreementOf(state, id)
    return [...kinds].map(([name, sum]): Seen => {
      const [kind, proven] = name.split('-') as [Seen['kind'], string | undefined]
      const of = { subject: terms.provider, agreementId: id, application: terms.manifest }
      return { kind, ...of, ...sum, isProven: proven !== undefined }
    })
  })
}

type Failures = { subtask: string; attempts: readonly Attempt[]; isDeterministic: boolean }
/**
 * Nobody is to blame for a failure before somebody else could do it. What is rejected counts at once, and weighs nothing while
 * everybody is who tries; where a program gives the same everywhere it weighs then, too, but for what was not handed over: that may
 * be too heavy for all. What weighs there takes the standing: by that the check rate is reckoned (`checkShare`).
 */
function noteFailures(sums: Sums, state: JobState, { subtask, attempts, isDeterministic }: Failures): void {
  const done = state.subtasks.get(subtask)?.accepted?.attempt
  const providerOf = (attempt: Attempt) => agreementOf(state, attempt.agreement).terms.provider
  const tried = attempts.map((attempt): Attempted => ({ provider: providerOf(attempt), how: 'failed' }))
  const blamed = blame(done ? [...tried, { provider: providerOf(done), how: 'accepted' }] : tried)
  for (const attempt of attempts.filter(isRejected)) {
    const isJobs = blamed.on === 'job' && !(isDeterministic && attempt.state === 'rejected')
    add(sums, isJobs ? { ...attempt, priceWei: 0n } : attempt, 'rejected', { isExact: isDeterministic && !isJobs })
  }
  if (blamed.on !== 'providers') return
  for (const attempt of attempts) {
    const kind = failureOf(attempt)
    if (kind === null || !blamed.providers.includes(providerOf(attempt))) continue
    if (attempt.dropped === PROVIDER_LOST) addOnce(sums, attempt, kind)
    else add(sums, attempt, kind)
  }
}

/** With a verdict, or because it was not handed over when it was known what would be looked at. */
const isRejected = (attempt: Attempt): boolean =>
  attempt.state === 'rejected' || (attempt.dropped === OUTPUT_UNAVAILABLE && isDrawn(attempt))

function failureOf(attempt: Attempt): 'late' | 'vanished' | null {
  const { dropped } = attempt
  if (isRejected(attempt)) return null
  if (dropped === SUBTASK_LATE) return 'late'
  return dropped === OUTPUT_UNAVAILABLE || dropped === PROVIDER_LOST ? 'vanished' : null
}

function add(
  sums: Sums,
  { agreement, priceWei, shown }: Attempt,
  name: string,
  { isExact = false }: { isExact?: boolean } = {},
): void {
  const kinds = sums.get(agreement) ?? new Map<string, Sum>()
  sums.set(agreement, kinds)
  const before: Sum = kinds.get(name) ?? { count: 0, valueWei: 0n, evidence: null }
  const evidence = before.evidence ?? shown?.verdict ?? null
  const sum = { ...before, count: before.count + 1, valueWei: before.valueWei + priceWei, evidence }
  kinds.set(name, isExact ? { ...sum, isExact } : sum)
}

/** Whoever loses its connection vanishes once, with however much it held. */
function addOnce(sums: Sums, attempt: Attempt, name: string): void {
  const before = sums.get(attempt.agreement)?.get(name)
  if (before === undefined) add(sums, attempt, name)
  else if (before.valueWei < attempt.priceWei) before.valueWei = attempt.priceWei
}
