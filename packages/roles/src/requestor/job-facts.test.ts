import { asAddress, asBytes32, asCid } from '@golem/protocol'
import { expect, it } from 'vitest'
import { factsOf } from './job-facts.ts'
import type { Attempt, JobState } from './job-state.ts'

const application = asCid(`bafkrei${'a'.repeat(52)}`)
const idOf = (n: number) => asBytes32(`0x${`0${n}`.repeat(32)}`)

/** A job of one subtask that was tried by so many providers, each under an agreement of its own. */
function jobOf(attempts: readonly Pick<Attempt, 'state' | 'dropped'>[]): JobState {
  const tried = attempts.map((attempt, at) => ({
    ...{ agreement: idOf(at), index: 0, subtask: 'one', priceWei: 5n, isUnseen: false, shown: null },
    ...{ ...attempt, delivery: { draw: 0 } },
  }))
  const accepted = tried.find(({ state }) => state === 'accepted')
  const agreements = tried.map(({ agreement }, at) => {
    const terms = { provider: asAddress(`0x${`1${at}`.repeat(20)}`), manifest: application }
    return [agreement, { id: agreement, terms }] as const
  })
  return {
    attempts: new Map(tried.map((attempt) => [attempt.agreement, attempt])),
    agreements: new Map(agreements),
    subtasks: new Map([['one', { accepted: accepted ? { attempt: accepted } : null }]]),
  } as unknown as JobState
}
const wrong = { state: 'rejected', dropped: null } as const
const withheld = { state: 'dropped', dropped: 'OUTPUT_UNAVAILABLE' } as const
const late = { state: 'dropped', dropped: 'SUBTASK_LATE' } as const
const right = { state: 'accepted', dropped: null } as const
const bad = (attempts: readonly Pick<Attempt, 'state' | 'dropped'>[], isDeterministic: boolean) =>
  factsOf(jobOf(attempts), { isDeterministic })
    .filter(({ kind }) => kind !== 'accepted')
    .map(({ kind, valueWei, isExact, isProven }) => [kind, valueWei, isExact === true, isProven])

it('takes the standing for what is wrong where it would be the same everywhere, and proves it to nobody', () => {
  expect(bad([wrong, right], true)).toEqual([['rejected', 5n, true, false]])
  expect(bad([wrong, right], false)).toEqual([['rejected', 5n, false, false]])
  // At once: that another is right is no news there.
  expect(bad([wrong], true)).toEqual([['rejected', 5n, true, false]])
  expect(bad([wrong, wrong, wrong], true)).toEqual([1, 2, 3].map(() => ['rejected', 5n, true, false]))
})

it('takes it for silence after the reveal, too, unless everybody who tries cannot hand it over', () => {
  expect(bad([withheld, right], true)).toEqual([['rejected', 5n, true, false]])
  expect(bad([withheld, withheld, withheld], true)).toEqual([1, 2, 3].map(() => ['rejected', 0n, false, false]))
  expect(bad([late, late, withheld], true)).toEqual([['rejected', 0n, false, false]])
  expect(bad([wrong, wrong, wrong], false)).toEqual([1, 2, 3].map(() => ['rejected', 0n, false, false]))
})

it('blames nobody for a heavy job that fails everywhere', () => {
  expect(bad([late, late, late], true)).toEqual([])
})
