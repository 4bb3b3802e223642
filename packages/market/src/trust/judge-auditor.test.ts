import { asBytes32 } from '@golem/protocol'
import { expect, it } from 'vitest'
import { isPlantFound, plantRate } from './judge-auditor.ts'

const hash = (byte: string) => asBytes32(`0x${byte.repeat(32)}`)

it('plants often among the audits of whoever has little to lose', () => {
  expect(plantRate({ feeWei: 1, lossWei: 0 })).toBe(1)
  expect(plantRate({ feeWei: 1, lossWei: 63 })).toBeLessThan(0.03)
})

it('finds out whoever says yes, no or what others say', () => {
  const planted = { isGood: true, output: hash('01') }
  expect(isPlantFound(planted, { isGood: true, output: hash('01') })).toBe(true)
  expect(isPlantFound(planted, { isGood: true, output: null })).toBe(false)
  expect(isPlantFound(planted, { isGood: false, output: hash('01') })).toBe(false)
  expect(isPlantFound({ isGood: false, output: hash('02') }, { isGood: true, output: hash('01') })).toBe(false)
})
