import { InvalidArgumentError } from 'commander'
import { expect, it } from 'vitest'
import { amount } from './amount.ts'
import { count } from './count.ts'
import { duration } from './duration.ts'

it.each([
  ['90s', 90_000],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['250ms', 250],
  ['2d', 172_800_000],
])('reads the time %s', (text, ms) => {
  expect(duration(text)).toBe(ms)
})

it.each(['', '10', 'm', '10 m', '-5m', '0s', '1h!', '9999d'])('takes %j for no time', (text) => {
  expect(() => duration(text)).toThrow(InvalidArgumentError)
})

it('reads GLM as base units, exactly', () => {
  expect([amount('2'), amount('0.1')]).toEqual(['2000000000000000000', '100000000000000000'])
})

it.each(['', '-1', '1e3', '1,5', '0.1234567890123456789', 'GLM'])('takes %j for no amount', (text) => {
  expect(() => amount(text)).toThrow(InvalidArgumentError)
})

it('reads whole numbers from 1', () => {
  expect([count('1'), count('4096')]).toEqual([1, 4_096])
  for (const text of ['0', '-1', '1.5', 'x', '', '99999999999']) expect(() => count(text)).toThrow(InvalidArgumentError)
})
