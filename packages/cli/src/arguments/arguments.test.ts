import { InvalidArgumentError } from 'commander'
import { expect, it } from 'vitest'
import { amount, positiveAmount } from './amount.ts'
import { check } from './check.ts'
import { count } from './count.ts'
import { durationUpTo } from './duration.ts'
import { price } from './price.ts'
import { rate } from './rate.ts'
import { size } from './size.ts'

const duration = durationUpTo(365)

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

it('takes no time beyond its bound', () => {
  expect(durationUpTo(1)('24h')).toBe(86_400_000)
  expect(() => durationUpTo(1)('25h')).toThrow('At most 1 day is possible.')
})

it('reads GLM as base units, exactly', () => {
  expect([amount('2'), amount('0.1')]).toEqual(['2000000000000000000', '100000000000000000'])
})

it.each(['', '-1', '1e3', '1,5', '0.1234567890123456789', 'GLM'])('takes %j for no amount', (text) => {
  expect(() => amount(text)).toThrow(InvalidArgumentError)
})

it('takes nothing for no amount to move, and no more than there can be', () => {
  expect([amount('0'), positiveAmount('0.1')]).toEqual(['0', '100000000000000000'])
  for (const text of ['0', '0.0']) expect(() => positiveAmount(text)).toThrow('above 0')
  expect(() => amount('9'.repeat(21))).toThrow('There are not so many GLM.')
})

it('reads whole numbers from 1', () => {
  expect([count('1'), count('4096')]).toEqual([1, 4_096])
  for (const text of ['0', '-1', '1.5', 'x', '', '99999999999']) expect(() => count(text)).toThrow(InvalidArgumentError)
})

it('reads sizes, with the powers of two or of ten that are written', () => {
  expect(['500MB', '20GiB', '1.5 gib', '1KiB'].map(size)).toEqual([500e6, 20 * 2 ** 30, 1.5 * 2 ** 30, 1_024])
  for (const text of ['', '20', 'GiB', '-1GB', '0GB', '20 gigs']) expect(() => size(text)).toThrow(InvalidArgumentError)
})

it('reads a price with its unit and without', () => {
  expect([price('0.1'), price('0.1/core-hour'), price('0.1 GLM/core-hour')]).toEqual(
    Array(3).fill('100000000000000000'),
  )
  expect(() => price('0.1/hour')).toThrow(InvalidArgumentError)
})

it('reads rates from 0', () => {
  expect([rate('0'), rate('1000'), rate('0.5')]).toEqual([0, 1_000, 0.5])
  for (const text of ['-1', '1e9', '', 'x', '9'.repeat(13)]) expect(() => rate(text)).toThrow(InvalidArgumentError)
})

it('reads how results are checked', () => {
  expect([check('exact'), check('exact=0.2'), check('crops=4'), check('custom'), check('none')]).toEqual([
    { kind: 'exact' },
    { kind: 'exact', share: 0.2 },
    { kind: 'crops', crops: 4 },
    { kind: 'custom' },
    { kind: 'none' },
  ])
  expect([check('replicate'), check('replicate=3/5')]).toEqual([
    { kind: 'replicate', agreeing: 2, copies: 3 },
    { kind: 'replicate', agreeing: 3, copies: 5 },
  ])
  for (const text of [
    '',
    'some',
    'crops',
    'crops=0',
    'crops=17',
    'crops=1.5',
    'exact=0',
    'exact=2',
    'none=1',
    'crops=1=2',
    'replicate=1/3',
    'replicate=3/2',
    'replicate=2/9',
    'replicate=2',
  ])
    expect(() => check(text)).toThrow(InvalidArgumentError)
})
