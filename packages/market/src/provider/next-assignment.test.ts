import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Contender, joiningCoreMs, nextAssignment } from './next-assignment.ts'

const contender = (id: string, change: Partial<Contender<string>> = {}): Contender<string> => ({
  id,
  ready: 1,
  running: 0,
  coreMs: 0,
  ...change,
})

it('has nothing to choose where nobody is ready', () =>
  expect(nextAssignment([contender('a', { ready: 0 })])).toBeNull())
it('prefers who holds fewer cores', () =>
  expect(nextAssignment([contender('a', { running: 1 }), contender('b', { coreMs: 9_000 })])).toBe('b'))
it('of equals, prefers who had less core time', () =>
  expect(nextAssignment([contender('a', { coreMs: 2 }), contender('b', { coreMs: 1 })])).toBe('b'))
it('of equals, prefers who came first', () => expect(nextAssignment([contender('a'), contender('b')])).toBe('a'))
it('lets a newcomer begin at the level of who had least', () => {
  expect(joiningCoreMs(0, [{ coreMs: 700 }, { coreMs: 500 }])).toBe(500)
  expect(joiningCoreMs(600, [{ coreMs: 500 }])).toBe(600)
  expect(joiningCoreMs(3, [])).toBe(3)
})

it('on one core, no agreement that always has work falls behind another by more than one long subtask each', () => {
  const MAX = 1_000
  const durations = fc.array(fc.integer({ min: 1, max: MAX }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(
      fc.array(durations, { minLength: 2, maxLength: 5 }),
      fc.integer({ min: 10, max: 200 }),
      (jobs, turns) => {
        const state = jobs.map((_, id) => ({ id, ready: 1, running: 0, coreMs: 0, done: 0 }))
        for (let turn = 0; turn < turns; turn++) {
          const chosen = state.find((each) => each.id === nextAssignment(state))
          if (!chosen) throw new Error('nobody was chosen')
          const mine = jobs[chosen.id] ?? []
          chosen.coreMs += mine[chosen.done++ % mine.length] ?? 0
          const levels = state.map((each) => each.coreMs)
          expect(Math.max(...levels) - Math.min(...levels)).toBeLessThanOrEqual(MAX)
        }
      },
    ),
  )
})
