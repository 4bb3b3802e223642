import type { CheckStrategy } from '@golem/protocol'
import { expect, it } from 'vitest'
import { chooseCheck, detectionOf, NOT_STRENGTHENED } from './check-strategy.ts'

const exact: CheckStrategy = { kind: 'exact' }
const crops: CheckStrategy = { kind: 'crops', crops: 3, share: 0.01 }

it('takes what the application has', () => {
  expect(chooseCheck(crops)).toEqual({ strategy: crops, atLeast: 0 })
})

it('lets a requestor ask for more, and not for less', () => {
  expect(chooseCheck(crops, { strategy: exact, rate: 0.5, saidNone: false })).toEqual({ strategy: exact, atLeast: 0.5 })
  const replicas: CheckStrategy = { kind: 'replicate', agreeing: 2, copies: 3 }
  expect(chooseCheck(exact, { ...NOT_STRENGTHENED, strategy: replicas })).toMatchObject({ strategy: replicas })
  const fewer = { ...crops, crops: 1 }
  expect(chooseCheck(crops, { ...NOT_STRENGTHENED, strategy: fewer })).toMatchObject({
    refused: { code: 'CHECK_WEAKER' },
  })
  expect(chooseCheck(exact, { ...NOT_STRENGTHENED, strategy: crops })).toMatchObject({
    refused: { code: 'CHECK_WEAKER' },
  })
})

it('refuses what says nothing about the results', () => {
  const asked = { ...NOT_STRENGTHENED, strategy: exact }
  expect(chooseCheck(crops, asked, ['crops'])).toMatchObject({ refused: { code: 'CHECK_UNSUITED' } })
})

it('checks nothing only where a person says so in words', () => {
  expect(chooseCheck({ kind: 'none' })).toMatchObject({ refused: { code: 'CHECK_NOT_SAID' } })
  expect(chooseCheck({ kind: 'none' }, { ...NOT_STRENGTHENED, strategy: exact })).toMatchObject({ strategy: exact })
  expect(chooseCheck(exact, { ...NOT_STRENGTHENED, saidNone: true })).toMatchObject({ strategy: { kind: 'none' } })
})

it('sees all that is wrong by repeating it, and what crops touch by crops', () => {
  expect(detectionOf(exact, 0.001)).toBe(1)
  expect(detectionOf(crops, 1)).toBe(1)
  expect(detectionOf(crops, 0)).toBe(0)
  expect(detectionOf({ ...crops, share: 0 }, 0.5)).toBeCloseTo(1 - 0.5 ** 3)
  expect(detectionOf({ kind: 'none' })).toBe(0)
})
