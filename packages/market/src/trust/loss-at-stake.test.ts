import { expect, it } from 'vitest'
import { lossAtStake, lossInPair } from './loss-at-stake.ts'

const nothing = { unpaidWei: 0, stakeWei: 0, standingWei: 0, ownRecentWei: 0, recentWei: 0 }

it('is nothing for a fresh key', () => {
  expect(lossAtStake(nothing)).toBe(0)
})

it('counts what is unpaid, a quarter of the stake, and the standing', () => {
  expect(lossAtStake({ ...nothing, unpaidWei: 3, stakeWei: 40, standingWei: 7 })).toBe(3 + 10 + 7)
})

it('counts stake and standing once among all who are cheated at the same time', () => {
  const each = { unpaidWei: 1, stakeWei: 400, standingWei: 100, ownRecentWei: 9, recentWei: 99 }
  expect(lossAtStake(each)).toBe(1 + (10 / 100) * 200)
})

it('counts, where nobody says what else a provider does, on its part of all that it could do in a day', () => {
  const pair = { stakeWei: 400, standingWei: 7, ownRecentWei: 10, dayWei: 100 }
  expect(lossInPair(pair)).toBe(7 + (10 / 100) * 100)
  expect(lossInPair({ ...pair, ownRecentWei: 0 })).toBe(7)
  expect(lossInPair({ ...pair, ownRecentWei: 1_000 })).toBe(7 + 100)
  expect(lossInPair({ ...pair, dayWei: 0, ownRecentWei: 0 })).toBe(7 + 100)
})
