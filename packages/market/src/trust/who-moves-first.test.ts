import fc from 'fast-check'
import { expect, it } from 'vitest'
import { onLaggingChecks, type PairInput, whoMovesFirst } from './who-moves-first.ts'

const fresh = { standingWei: 0, stakeWei: 0, isCaught: false }
const known = { standingWei: 20, stakeWei: 0, isCaught: false }
const pair = (change: Partial<PairInput>) =>
  whoMovesFirst({ requestor: known, provider: known, payWei: 1, mostWei: 8, ...change })

it('lets the party with less at stake move first', () => {
  expect(pair({})).toEqual({ first: 'either', unpaidWei: 8 })
  expect(pair({ requestor: fresh })).toEqual({ first: 'requestor', unpaidWei: 8 })
  expect(pair({ provider: fresh })).toEqual({ first: 'provider', unpaidWei: 1 })
  expect(pair({ provider: fresh, requestor: fresh })).toEqual({ first: 'in-turn', unpaidWei: 1 })
})

it('has whoever was caught owing move first', () => {
  const caught = { ...known, isCaught: true }
  expect(pair({ requestor: caught })).toEqual({ first: 'requestor', unpaidWei: 8 })
  expect(pair({ requestor: caught, provider: fresh })).toEqual({ first: 'requestor', unpaidWei: 1 })
  expect(pair({ provider: caught }).first).toBe('provider')
})

it('gives more at once with what is at stake, and stake shortens the way', () => {
  expect(pair({ provider: { standingWei: 10, stakeWei: 0, isCaught: false } }).unpaidWei).toBe(6)
  expect(pair({ provider: { standingWei: 0, stakeWei: 40, isCaught: false } })).toEqual({
    first: 'either',
    unpaidWei: 6,
  })
})

it('never lets more stand open than both allow, nor less than one subtask', () => {
  const backing = fc.record({ standingWei: fc.nat(1_000), stakeWei: fc.nat(1_000), isCaught: fc.boolean() })
  fc.assert(
    fc.property(backing, backing, fc.integer({ min: 1, max: 9 }), fc.nat(100), (requestor, provider, payWei, most) => {
      const { unpaidWei } = whoMovesFirst({ requestor, provider, payWei, mostWei: most + payWei })
      expect(unpaidWei).toBeGreaterThanOrEqual(payWei)
      expect(unpaidWei).toBeLessThanOrEqual(most + payWei)
    }),
  )
})

it('accepts on credit, or pauses, when checks lag behind', () => {
  expect(onLaggingChecks({ uncheckedWei: 7, unpaidWei: 8 }, 'requestor')).toBe('go-on')
  expect(onLaggingChecks({ uncheckedWei: 8, unpaidWei: 8 }, 'requestor')).toBe('accept-on-credit')
  expect(onLaggingChecks({ uncheckedWei: 8, unpaidWei: 8 }, 'provider')).toBe('pause')
})
