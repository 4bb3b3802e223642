import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatGlm, parseGlm } from './amount.ts'

describe('parseGlm', () => {
  it('reads what people write', () => {
    expect(parseGlm('2')).toBe(2n * 10n ** 18n)
    expect(parseGlm('0.1')).toBe(10n ** 17n)
    expect(parseGlm('0.000000000000000001')).toBe(1n)
  })

  it.each(['', '-1', '1,5', '1e3', '0.0000000000000000001', 'NaN', '0x10'])('refuses %j', (text) => {
    expect(() => parseGlm(text)).toThrow(expect.objectContaining({ code: 'AMOUNT_INVALID' }))
  })

  it('reads back every amount that is written in full', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 30n), (amount) => {
        expect(parseGlm(formatGlm(amount, 18))).toBe(amount)
      }),
    )
  })
})

describe('formatGlm', () => {
  it('never writes something as nothing', () => {
    expect([0n, 1n, 12_345n, -999n].map((amount) => formatGlm(amount))).toEqual([
      '0',
      '0.000000000000000001',
      '0.000000000000012',
      '-0.00000000000000099',
    ])
  })

  it('rounds down, and drops zeros that say nothing', () => {
    expect(formatGlm(1_234_567_890_000_000_000n)).toBe('1.234567')
    expect(formatGlm(1_999_999_999_999_999_999n, 2)).toBe('1.99')
    expect(formatGlm(1_000_000_000_000_999_999n)).toBe('1')
    expect(formatGlm(10n ** 18n)).toBe('1')
    expect(formatGlm(-(10n ** 17n))).toBe('-0.1')
  })
})
