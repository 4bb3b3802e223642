import { memoryClock, memoryStore, memorySurroundings } from '@golem/ports/memory'
import { GolemError } from '@golem/protocol'
import type { Permit, Provider } from '@golem/roles'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openLending } from './open-lending.ts'
import type { ProvideChange, ProvideSettings } from './provide-settings.ts'
import { openSettings } from './settings-store.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** What a provider was told, by one that does nothing else. */
type Told = { made: ProvideSettings[]; gates: Permit['gate'][]; changes: object[]; started: number; stopped: number }

function place() {
  const store = memoryStore()
  const told: Told = { made: [], gates: [], changes: [], started: 0, stopped: 0 }
  const failing = { error: null as Error | null }
  const starting = { until: Promise.resolve() }
  const provider: Provider = {
    start: async () => {
      if (failing.error) throw failing.error
      await starting.until
      told.started += 1
    },
    stop: async () => {
      told.stopped += 1
    },
    lend: async ({ gate }) => void told.gates.push(gate),
    change: (change) => void told.changes.push(change),
    status: () => ({
      state: 'idle',
      reason: '',
      cores: 1,
      speed: 1,
      pricePerCoreHourWei: 1n as never,
      unpaid: { newWei: 0n as never, mostWei: 0n as never },
      waiting: 0,
      activities: [],
      failures: [],
    }),
    work: () => [],
    workPicture: () => null,
    earnings: () => ({ owedToMeWei: 0n as never, earnedWei: 0n as never }),
    rejections: () => [],
  }
  const surroundings = memorySurroundings()
  const clock = memoryClock()
  const open = async (change: ProvideChange = {}) => {
    const components = {
      settings: openSettings(store),
      surroundings,
      clock,
      logger: silent,
      createProvider: async (settings: ProvideSettings) => {
        told.made.push(settings)
        return provider
      },
    }
    const lending = await openLending(components, { change })
    onTestFinished(() => lending.stop())
    return lending
  }
  return { open, told, surroundings, failing, starting, clock }
}

describe('lending', () => {
  it('has no provider on a node that never lent, and makes one when it begins', async () => {
    const { open, told } = place()
    const lending = await open()
    expect([lending.provider(), lending.status(), told.made.length]).toEqual([null, null, 0])
    await lending.change({ isOn: true, cores: 2, pricePerCoreHourWei: 5n as never })
    expect(told).toMatchObject({ started: 1, gates: ['open'], made: [{ cores: 2, pricePerCoreHourWei: 5n }] })
    await lending.change({ cores: 3 })
    expect(told).toMatchObject({ started: 1, changes: [{ cores: 3 }] })
  })

  it('is on before its programs have started, where the machine is too busy to start them', async () => {
    const { open, told, starting, clock } = place()
    const gate = Promise.withResolvers<void>()
    starting.until = gate.promise
    const opening = open({ isOn: true })
    await expect.poll(() => told.gates.length).toBe(1)
    await clock.advance(30_000)
    const lending = await opening
    expect(lending.settings()).toMatchObject({ isOn: true })
    expect(told.started).toBe(0)
    gate.resolve()
    await expect.poll(() => told.started).toBe(1)
  })

  it('goes on after a restart as it was said last, whatever it was', async () => {
    const { open, told } = place()
    const first = await open({ isOn: true, cores: 7, pricePerCoreHourWei: 3n as never })
    await first.change({ when: 'idle', idleAfterMs: 60_000, schedule: 'mon-sun' })
    await first.stop()
    const second = await open()
    expect(second.settings()).toMatchObject({ isOn: true, cores: 7, pricePerCoreHourWei: 3n, schedule: 'mon-sun' })
    expect(second.status()).toMatchObject({ state: 'busy', gate: 'closed' })
    await second.change({ isOn: false })
    await second.stop()
    // What it earned may still be on its way.
    const third = await open()
    expect(third.status()).toMatchObject({ state: 'off', gate: 'off' })
    expect(told.started).toBe(3)
    await third.stop()
    expect((await open({ isOn: true })).status()?.state).toBe('busy')
  })

  it('stands still for a pause, also over a restart, and goes on after it', async () => {
    const { open, clock, told } = place()
    const lending = await open({ isOn: true })
    const pausedUntilMs = clock.now() + 3_600_000
    await lending.change({ pausedUntilMs })
    expect(told.gates).toEqual(['open', 'frozen'])
    await lending.stop()
    const again = await open()
    expect(again.status()).toMatchObject({ state: 'paused', untilMs: pausedUntilMs })
    await again.change({ isOn: true, pausedUntilMs: null })
    expect(again.status()).toMatchObject({ state: 'open' })
  })

  it('starts its programs anew when their priority changes', async () => {
    const { open, told } = place()
    const lending = await open({ isOn: true })
    await lending.change({ priority: 'normal' })
    expect(told).toMatchObject({ started: 2, stopped: 1, made: [{ priority: 'lowest' }, { priority: 'normal' }] })
  })

  it('is off again when it cannot begin, and says why', async () => {
    const { open, failing } = place()
    failing.error = new GolemError({ code: 'SANDBOX_UNAVAILABLE', message: 'No.' })
    await expect(open({ isOn: true })).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' })
    const lending = await open()
    await expect(lending.change({ isOn: true })).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' })
    expect([lending.settings().isOn, lending.provider()]).toEqual([false, null])
    failing.error = null
    await lending.change({ isOn: true })
    expect(lending.status()).toMatchObject({ state: 'open' })
  })

  it('takes a node up that cannot lend any more', async () => {
    const { open, failing } = place()
    const first = await open({ isOn: true })
    await first.stop()
    failing.error = new GolemError({ code: 'SANDBOX_UNAVAILABLE', message: 'No.' })
    const lending = await open()
    expect([lending.settings().isOn, lending.provider()]).toEqual([true, null])
  })

  it('refuses what makes no sense, and keeps what it had', async () => {
    const { open } = place()
    const lending = await open({ isOn: true })
    await expect(lending.change({ when: 'schedule' })).rejects.toMatchObject({ code: 'SCHEDULE_MISSING' })
    await expect(lending.change({ schedule: 'someday' })).rejects.toMatchObject({ code: 'SCHEDULE_INVALID' })
    expect(lending.settings()).toMatchObject({ when: 'always', schedule: null })
    expect(lending.status()).toMatchObject({ state: 'open' })
  })
})
