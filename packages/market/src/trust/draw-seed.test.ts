import { asAddress, asBytes32 } from '@golem/protocol'
import { expect, it } from 'vitest'
import { auditSeed, drawSeed, isDrawnFor, isSeedOf, numberFrom, replicaCommitment, seedChain } from './draw-seed.ts'

const hash = (byte: string) => asBytes32(`0x${byte.repeat(32)}`)
const secret = hash('5e')
const draw = { preimage: secret, agreement: hash('a9'), index: 3, commitment: hash('c0') }

it('proves each seed by the head, or by any that is known', () => {
  const [head, ...seeds] = seedChain(secret, 5)
  if (head === undefined) throw new Error('no head')
  expect(seeds.at(-1)).toBe(secret)
  seeds.forEach((seed, index) => {
    expect(isSeedOf(seed, index, { index: -1, seed: head })).toBe(true)
  })
  expect(isSeedOf(seeds[4] ?? head, 4, { index: 2, seed: seeds[2] ?? head })).toBe(true)
})

it('refuses another seed, another index, and steps back', () => {
  const [head, first, second] = seedChain(secret, 5)
  if (head === undefined || first === undefined || second === undefined) throw new Error('too short')
  expect(isSeedOf(second, 0, { index: -1, seed: head })).toBe(false)
  expect(isSeedOf(secret, 1, { index: -1, seed: head })).toBe(false)
  expect(isSeedOf(first, 0, { index: 1, seed: second })).toBe(false)
  expect(isSeedOf(head, -1, { index: -1, seed: head })).toBe(false)
  expect(() => seedChain(secret, 0)).toThrow(RangeError)
})

it('draws another seed for each preimage, agreement, index and commitment', () => {
  const others = [
    { ...draw, preimage: hash('00') },
    { ...draw, agreement: hash('00') },
    { ...draw, index: 4 },
    { ...draw, commitment: hash('00') },
  ]
  expect(new Set([draw, ...others].map(drawSeed)).size).toBe(5)
})

it('gives numbers that are uniform', () => {
  const numbers = Array.from({ length: 2_000 }, (_, index) => numberFrom(drawSeed({ ...draw, index }), 'check'))
  for (let part = 0; part < 10; part += 1) {
    const inside = numbers.filter((number) => number >= part / 10 && number < (part + 1) / 10).length
    expect(Math.abs(inside - 200)).toBeLessThan(70)
  }
  expect(isDrawnFor(0.029, 0.03)).toBe(true)
  expect(isDrawnFor(0.03, 0.03)).toBe(false)
})

it('draws audits by root and beacon together', () => {
  const seeds = [
    auditSeed({ batchRoot: hash('01'), beacon: hash('02'), position: 0 }),
    auditSeed({ batchRoot: hash('02'), beacon: hash('01'), position: 0 }),
    auditSeed({ batchRoot: hash('01'), beacon: hash('02'), position: 1 }),
  ]
  expect(new Set(seeds).size).toBe(3)
})

it('commits to nothing that a neighbour could use as its own', () => {
  const [ada, bob] = [asAddress(`0x${'ad'.repeat(20)}`), asAddress(`0x${'b0'.repeat(20)}`)]
  expect(replicaCommitment(hash('01'), ada, secret)).not.toBe(replicaCommitment(hash('01'), bob, secret))
})
