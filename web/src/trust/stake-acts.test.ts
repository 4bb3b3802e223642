import { expect, it } from 'vitest'
import { stakeActs } from './stake-acts.ts'

const NOW_S = 1_000
const acts = (over: { total?: string; aged?: string; exitsAtS?: number; weight?: string } = {}) => {
  const { total = '0', aged = '0', exitsAtS = null, weight = '0' } = over
  return stakeActs({ stake: { totalWei: total, agedWei: aged, exitsAtS }, weightWei: weight }, NOW_S)
}

it('offers what the contract lets be done, and says what there is to wait for', () => {
  expect(acts()).toEqual({ can: ['stake'], why: null })
  expect(acts({ total: '5' })).toEqual({ can: ['stake', 'exit'], why: 'young' })
  expect(acts({ total: '5', aged: '5' })).toEqual({ can: ['stake', 'exit', 'serve'], why: null })
  expect(acts({ total: '5', aged: '5', weight: '5' })).toEqual({ can: ['stake', 'exit', 'resign'], why: null })
  expect(acts({ total: '9', aged: '9', weight: '5' }).can).toEqual(['stake', 'exit', 'serve', 'resign'])
  expect(acts({ total: '5', exitsAtS: 1_001 })).toEqual({ can: ['stay'], why: 'leaving' })
  expect(acts({ total: '5', exitsAtS: 1_000 })).toEqual({ can: ['unstake', 'stay'], why: null })
  expect(acts({ total: '5', exitsAtS: 1_001, weight: '5' })).toMatchObject({ can: ['stay', 'resign'] })
})
