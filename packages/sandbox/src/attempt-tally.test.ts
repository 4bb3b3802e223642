import { observation } from '@golem/protocol'
import { expect, it } from 'vitest'
import { attemptTally } from './attempt-tally.ts'

it('adds up what is tried again, and tells what was allowed of it', () => {
  const tally = attemptTally()
  tally.note('read', '/root', false)
  tally.note('read', '/root', true)
  tally.note('call', 'mount', false)
  expect(tally.sum()).toEqual({
    attempts: [
      { kind: 'read', what: '/root', times: 2, allowed: 1 },
      { kind: 'call', what: 'mount', times: 1, allowed: 0 },
    ],
    untold: 0,
  })
})

it('lets attempts of one kind, however many, hide none of another', () => {
  const tally = attemptTally()
  for (let at = 0; at < 5_000; at += 1) tally.note('read', `/${'x'.repeat(400)}`.slice(0, 10 + (at % 290)) + at, false)
  tally.note('call', 'bpf', false)
  const { attempts, untold } = tally.sum()
  expect(attempts.filter(({ kind }) => kind === 'call')).toMatchObject([{ what: 'bpf' }])
  expect(untold).toBe(4_800)
  const whole = { attempts, untold, processes: { started: 1, atMost: 1, refused: 0 } }
  expect(observation.safeParse(whole).success).toBe(true)
})
