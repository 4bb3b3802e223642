import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FromHost, lineJoiner, linesOf } from './app-host.ts'

const join = (lines: readonly string[], maxCharacters = Number.POSITIVE_INFINITY): unknown[] => {
  const joined = lineJoiner({ maxCharacters })
  return lines.map((line) => joined(line)).filter((value) => value !== null)
}

test('a message of any length comes in lines that a program may write, and is the same again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 40_000 }), (unit, times) => {
      const message: FromHost = { id: 1, result: [unit.repeat(times).slice(0, 700_000), 'end'] }
      const lines = linesOf(message)
      for (const line of lines) expect(new TextEncoder().encode(line).length).toBeLessThan(1024 * 1024)
      expect(join(lines)).toEqual([JSON.parse(JSON.stringify(message))])
    }),
    // Long texts: three tenths of what is usual.
    { numRuns: (3 * (fc.readConfigureGlobal().numRuns ?? 100)) / 10 },
  )
})

test('messages in pieces and whole ones follow each other', () => {
  const long: FromHost = { id: 1, result: 'ü☃'.repeat(200_000) }
  const short: FromHost = { id: 2, result: null }
  expect(join([...linesOf(short), ...linesOf(long), ...linesOf(short)])).toEqual([short, long, short])
})

test('no more than so much is put together', () => {
  const lines = linesOf({ id: 1, result: 'x'.repeat(600_000) })
  expect(() => join(lines, 500_000)).toThrow('a message has more than 500000 characters')
})
