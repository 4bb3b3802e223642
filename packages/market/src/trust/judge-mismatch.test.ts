import { asAddress, asBytes32 } from '@golem/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { judgeMismatch, type MismatchInput, type Reexecution } from './judge-mismatch.ts'

const hash = (byte: number) => asBytes32(`0x${byte.toString(16).padStart(2, '0').repeat(32)}`)
const party = (byte: number) => asAddress(`0x${byte.toString(16).padStart(2, '0').repeat(20)}`)
const [provider, requestor] = [party(1), party(2)]
const again = (by: number, output: number, kernel = 0): Reexecution => ({
  by: party(by),
  equivalenceClass: hash(kernel),
  output: hash(output),
})
const judge = (reexecutions: Reexecution[], change: Partial<MismatchInput> = {}) =>
  judgeMismatch({
    provider,
    requestor,
    delivered: { equivalenceClass: hash(0), output: hash(7) },
    reexecutions,
    isDeterministic: true,
    ...change,
  })

it('only withholds for what the requestor alone says, or one other', () => {
  expect(judge([again(2, 8)])).toBe('withhold')
  expect(judge([again(2, 8), again(3, 8)])).toBe('withhold')
})

it('penalises when two who are no party agree with each other and not with it', () => {
  expect(judge([again(3, 8), again(4, 8)])).toBe('penalise')
  expect(judge([again(3, 8), again(4, 9)])).toBe('withhold')
  expect(judge([again(3, 8), again(3, 8)])).toBe('withhold')
})

it('penalises nobody for work that need not give the same twice', () => {
  expect(judge([again(3, 8), again(4, 8)], { isDeterministic: false })).toBe('withhold')
})

it('clears a provider whose result others get, and judges by its own class alone', () => {
  expect(judge([again(3, 7)])).toBe('right')
  expect(judge([again(3, 8), again(4, 8), again(5, 7)])).toBe('split')
  expect(judge([again(3, 8), again(5, 7)], { isDeterministic: false })).toBe('withhold')
  expect(judge([again(3, 8, 1), again(4, 8, 1)])).toBe('unclear')
})

it('never penalises an honest provider whose class computes alike', () => {
  const honest = fc.array(
    fc.record({ by: fc.integer({ min: 2, max: 9 }), kernel: fc.integer({ min: 0, max: 2 }), lies: fc.boolean() }),
    { maxLength: 6 },
  )
  fc.assert(
    fc.property(honest, fc.boolean(), (list, isDeterministic) => {
      // At most one of those who are no party lies.
      let liar: number | null = null
      const reexecutions = list.map(({ by, kernel, lies }) => {
        const isLie = lies && (liar === null || liar === by || by === 2)
        if (isLie && by !== 2) liar = by
        return again(by, isLie ? 8 : kernel === 0 ? 7 : 10 + kernel, kernel)
      })
      expect(judge(reexecutions, { isDeterministic })).not.toBe('penalise')
    }),
  )
})
