import { expect, it } from 'vitest'
import { createMutator } from './mutate.ts'

const sample = new TextEncoder().encode(JSON.stringify({ type: 'open', list: [1, 2, { deep: 'text' }], amount: '100' }))
const spoilt = (seed: number, count: number) => {
  const mutator = createMutator(seed)
  return Array.from({ length: count }, () => Buffer.from(mutator.bytes(sample)).toString('latin1'))
}

it('spoils in the same way by the same seed', () => {
  expect(spoilt(7, 50)).toEqual(spoilt(7, 50))
  expect(spoilt(7, 50)).not.toEqual(spoilt(8, 50))
})

it('makes many messages of one: most are other ones, and many of those can still be read', () => {
  const all = spoilt(1, 2_000)
  expect(new Set(all).size).toBeGreaterThan(1_000)
  const isJson = (text: string): boolean => {
    try {
      JSON.parse(text)
      return true
    } catch {
      return false
    }
  }
  const readable = all.filter(isJson).length
  expect(readable).toBeGreaterThan(600)
  expect(readable).toBeLessThan(1_800)
})
