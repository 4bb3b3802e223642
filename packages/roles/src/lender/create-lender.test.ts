import type { LendingSettings } from '@golem/market'
import { memoryClock, memorySurroundings } from '@golem/ports/memory'
import { afterEach, expect, it } from 'vitest'
import type { Permit } from '../provider/index.ts'
import { createLender, type Lender } from './create-lender.ts'

const MINUTE_MS = 60_000
const silent = { debug() {}, info() {}, warn() {}, error() {} }
let lender: Lender
afterEach(() => lender.stop())

async function lending(change: Partial<LendingSettings> = {}) {
  const clock = memoryClock()
  const surroundings = memorySurroundings()
  const told: Permit[] = []
  const settings: LendingSettings = {
    isOn: true,
    when: 'idle',
    schedule: null,
    idleAfterMs: 5 * MINUTE_MS,
    onReturn: 'freeze',
    onBattery: false,
    onMetered: false,
    pausedUntilMs: null,
    ...change,
  }
  lender = createLender(
    {
      surroundings,
      clock,
      logger: silent,
      localTime: () => ({ weekday: 0, msOfDay: 0 }),
      lend: async (permit) => void told.push(permit),
    },
    { settings },
  )
  await lender.start()
  return { clock, surroundings, told, settings }
}
const gates = (told: Permit[]) => told.map(({ gate }) => gate)

it('tells what may be lent at its start, and then only what changes', async () => {
  const { clock, told } = await lending()
  expect(gates(told)).toEqual(['frozen'])
  expect(lender.status()).toMatchObject({ state: 'busy', sinceMs: clock.now() })
  await clock.advance(2 * MINUTE_MS)
  expect(gates(told)).toEqual(['frozen', 'open'])
  await clock.advance(MINUTE_MS)
  expect(told).toHaveLength(2)
})

it('notices within a second that somebody came back', async () => {
  const { clock, surroundings, told } = await lending()
  await clock.advance(2 * MINUTE_MS)
  surroundings.change({ inputIdleMs: 0 })
  await clock.advance(500)
  expect(told.at(-1)).toMatchObject({ gate: 'frozen', thawsAtMs: null })
  expect(lender.status()).toMatchObject({ state: 'here', sight: { inputIdleMs: 0 } })
})

it('holds to new settings at once, and says until when', async () => {
  const { clock, settings, told } = await lending({ when: 'always' })
  expect(gates(told)).toEqual(['open'])
  const pausedUntilMs = clock.now() + 60 * MINUTE_MS
  await lender.set({ ...settings, when: 'always', pausedUntilMs })
  expect(told.at(-1)).toMatchObject({ gate: 'frozen', thawsAtMs: pausedUntilMs })
  await lender.set({ ...settings, when: 'always', pausedUntilMs: pausedUntilMs - 59 * MINUTE_MS })
  expect(told.at(-1)).toMatchObject({ gate: 'frozen', thawsAtMs: pausedUntilMs - 59 * MINUTE_MS })
  await clock.advance(2 * MINUTE_MS)
  expect(told.at(-1)).toMatchObject({ gate: 'open' })
  await lender.set({ ...settings, isOn: false })
  expect(told.at(-1)).toMatchObject({ gate: 'off' })
})

it('tells nothing more once it was stopped', async () => {
  const { clock, surroundings, told } = await lending({ when: 'always' })
  await lender.stop()
  surroundings.change({ isOnBattery: true })
  await clock.advance(MINUTE_MS)
  expect(gates(told)).toEqual(['open'])
})
