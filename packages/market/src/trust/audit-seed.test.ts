import { asBytes32, hashText } from '@golem/protocol'
import { expect, it } from 'vitest'
import { auditSeed, numberFrom } from './audit-seed.ts'

const hash = (byte: string) => asBytes32(`0x${byte.repeat(32)}`)

it('draws audits by root, beacon and work together', () => {
  const seeds = [
    auditSeed({ batchRoot: hash('01'), beacon: hash('02'), work: hash('03') }),
    auditSeed({ batchRoot: hash('02'), beacon: hash('01'), work: hash('03') }),
    auditSeed({ batchRoot: hash('01'), beacon: hash('02'), work: hash('04') }),
  ]
  expect(new Set(seeds).size).toBe(3)
})

it('gives numbers that are uniform', () => {
  const numbers = Array.from({ length: 2_000 }, (_, position) => {
    return numberFrom(auditSeed({ batchRoot: hash('01'), beacon: hash('02'), work: hashText(`${position}`) }), 'check')
  })
  for (let part = 0; part < 10; part += 1) {
    const inside = numbers.filter((number) => number >= part / 10 && number < (part + 1) / 10).length
    expect(Math.abs(inside - 200)).toBeLessThan(70)
  }
})
