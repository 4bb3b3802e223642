import { type Attempted, blame } from '@golem/market'
import type { Bytes32, Cid } from '@golem/protocol'
import type { Seen } from '../trust/fact-book.ts'
import { type Attempt, agreementOf, type JobState, OUTPUT_UNAVAILABLE, SUBTASK_LATE } from './job-state.ts'

type Sum = { count: number; valueWei: bigint; evidence: Cid | null }
/** By agreement, then by kind. */
type Sums = Map<Bytes32, Map<string, Sum>>

/** What a job has shown so far of those who worked for it. */
export function factsOf(state: JobState): Seen[] {
  const sums: Sums = new Map()
  const given = new Map<string, Attempt[]>()
  for (const attempt of state.attempts.values()) {
    if (attempt.state === 'accepted') add(sums, attempt, attempt.isUnseen ? 'accepted' : 'accepted-proven')
    else if (attempt.state === 'rejected') add(sums, attempt, 'rejected')
    else if (attempt.state === 'dropped' && failureOf(attempt) !== null)
      given.set(attempt.subtask, [...(given.get(attempt.subtask) ?? []), attempt])
  }
  for (const [subtask, attempts] of given) noteFailures(sums, state, subtask, attempts)
  return [...sums].flatMap(([id, kinds]) => {
    const { terms } = agreementOf(state, id)
    return [...kinds].map(([name, sum]): Seen => {
      const [kind, proven] = name.split('-') as [Seen['kind'], string | undefined]
      const of = { subject: terms.provider, agreementId: id, application: terms.manifest }
      return { kind, ...of, ...sum, isProven: proven !== undefined }
    })
  })
}

/** Nobody is to blame before somebody else could do it. */
function noteFailures(sums: Sums, state: JobState, subtask: string, attempts: readonly Attempt[]): void {
  const done = state.subtasks.get(subtask)?.accepted?.attempt
  const providerOf = (attempt: Attempt) => agreementOf(state, attempt.agreement).terms.provider
  const tried = attempts.map((attempt): Attempted => ({ provider: providerOf(attempt), how: 'failed' }))
  const blamed = blame(done ? [...tried, { provider: providerOf(done), how: 'accepted' }] : tried)
  if (blamed.on !== 'providers') return
  for (const attempt of attempts) {
    const kind = failureOf(attempt)
    if (kind === null || !blamed.providers.includes(providerOf(attempt))) continue
    if (attempt.dropped === PROVIDER_LOST) addOnce(sums, attempt, kind)
    else add(sums, attempt, kind)
  }
}

const PROVIDER_LOST = 'PROVIDER_LOST'

function failureOf({ dropped }: Attempt): 'late' | 'vanished' | null {
  if (dropped === SUBTASK_LATE) return 'late'
  return dropped === OUTPUT_UNAVAILABLE || dropped === PROVIDER_LOST ? 'vanished' : null
}

function add(sums: Sums, { agreement, priceWei, shown }: Attempt, name: string): void {
  const kinds = sums.get(agreement) ?? new Map<string, Sum>()
  sums.set(agreement, kinds)
  const before = kinds.get(name) ?? { count: 0, valueWei: 0n, evidence: null }
  const evidence = before.evidence ?? shown?.verdict ?? null
  kinds.set(name, { count: before.count + 1, valueWei: before.valueWei + priceWei, evidence })
}

/** Whoever loses its connection vanishes once, with however much it held. */
function addOnce(sums: Sums, attempt: Attempt, name: string): void {
  const before = sums.get(attempt.agreement)?.get(name)
  if (before === undefined) add(sums, attempt, name)
  else if (before.valueWei < attempt.priceWei) before.valueWei = attempt.priceWei
}
