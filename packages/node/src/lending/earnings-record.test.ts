import { memoryStore } from '@golem/ports/memory'
import { afterEach, expect, it } from 'vitest'
import { createEarningsRecord, type EarningsRecord } from './earnings-record.ts'

const HOUR_MS = 3_600_000
const open: EarningsRecord[] = []
afterEach(() => {
  for (const record of open.splice(0)) record.stop()
})

it('says in which hour it came, across restarts, and counts nothing twice', () => {
  const store = memoryStore()
  let [total, nowMs] = [0n, 500_000 * HOUR_MS]
  const start = () => {
    const record = createEarningsRecord({ store, earnedWei: () => total, now: () => nowMs })
    open.push(record)
    return record
  }
  const record = start()
  record.look()
  expect(record.hours()).toEqual([])
  total = 5n
  record.look()
  record.look()
  total = 7n
  nowMs += HOUR_MS / 2
  record.look()
  nowMs += HOUR_MS
  const again = start()
  again.look()
  total = 10n
  again.look()
  expect(again.hours()).toEqual([
    { fromMs: 500_000 * HOUR_MS, earnedWei: '7' },
    { fromMs: 500_001 * HOUR_MS, earnedWei: '3' },
  ])
})
