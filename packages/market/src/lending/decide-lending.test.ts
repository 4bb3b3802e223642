import { describe, expect, it } from 'vitest'
import {
  decideLending,
  type LendingInput,
  type LendingSettings,
  lastBusyMs,
  nextLookMs,
  type Seen,
} from './decide-lending.ts'
import { parseSchedule } from './schedule.ts'

const MINUTE_MS = 60_000
const NOW = 1_000 * MINUTE_MS
const settings = (change: Partial<LendingSettings> = {}): LendingSettings => ({
  isOn: true,
  when: 'idle',
  schedule: null,
  idleAfterMs: 5 * MINUTE_MS,
  onReturn: 'throttle',
  onBattery: false,
  onMetered: false,
  pausedUntilMs: null,
  ...change,
})
const seen = (change: Partial<Seen> = {}): Seen => ({
  inputIdleMs: 10 * MINUTE_MS,
  otherCores: 0.1,
  cores: 4,
  isOnBattery: false,
  isMetered: false,
  ...change,
})
const decide = (change: Partial<LendingSettings> = {}, sight: Partial<Seen> = {}, rest: Partial<LendingInput> = {}) =>
  decideLending({
    settings: settings(change),
    seen: seen(sight),
    nowMs: NOW,
    local: { weekday: 1, msOfDay: 12 * 60 * MINUTE_MS },
    busyAtMs: NOW - 20 * MINUTE_MS,
    ...rest,
  })

describe('whether a machine lends', () => {
  it('lends while nobody touches it and its own programs leave it alone', () => {
    expect(decide()).toMatchObject({ state: 'open', gate: 'open', untilMs: null })
  })

  it('closes as soon as somebody is here; what runs goes on, or stands still where that was asked for', () => {
    expect(decide({}, { inputIdleMs: 0 })).toMatchObject({ state: 'here', gate: 'closed' })
    expect(decide({}, { inputIdleMs: 5 * MINUTE_MS - 1 }).gate).toBe('closed')
    expect(decide({}, { inputIdleMs: 5 * MINUTE_MS }).gate).toBe('open')
    expect(decide({ onReturn: 'freeze' }, { inputIdleMs: 0 })).toMatchObject({ state: 'here', gate: 'frozen' })
  })

  it('closes while other programs work, and for a minute after', () => {
    expect(decide({}, { otherCores: 1 })).toMatchObject({ state: 'busy', gate: 'closed' })
    expect(decide({}, { otherCores: 0.9 }).gate).toBe('open')
    expect(decide({}, {}, { busyAtMs: NOW - 59_000 }).state).toBe('busy')
    expect(decide({}, {}, { busyAtMs: NOW - MINUTE_MS }).state).toBe('open')
    expect(decide({ onReturn: 'freeze' }, { otherCores: 2 }).gate).toBe('frozen')
  })

  it('goes by load alone where there is no input, and takes its time', () => {
    expect(decide({}, { inputIdleMs: null }, { busyAtMs: NOW - 4 * MINUTE_MS }).state).toBe('busy')
    expect(decide({}, { inputIdleMs: null }, { busyAtMs: NOW - 5 * MINUTE_MS }).state).toBe('open')
  })

  it('remembers when the machine was busy last', () => {
    expect(lastBusyMs(7, seen({ otherCores: 0.5 }), NOW)).toBe(7)
    expect(lastBusyMs(7, seen({ otherCores: 1 }), NOW)).toBe(NOW)
  })

  it('lends always, or by its schedule, whoever is here', () => {
    const used = { inputIdleMs: 0, otherCores: 4 }
    expect(decide({ when: 'always' }, used).gate).toBe('open')
    const schedule = parseSchedule('mon 9:00-13:00')
    expect(decide({ when: 'schedule', schedule }, used)).toMatchObject({ gate: 'open', untilMs: NOW + 60 * MINUTE_MS })
  })

  it('keeps to a schedule in every mode, and says when it opens', () => {
    const schedule = parseSchedule('mon 13:00-14:00')
    for (const when of ['always', 'idle', 'schedule'] as const) {
      expect(decide({ when, schedule })).toMatchObject({
        state: 'out-of-schedule',
        gate: 'frozen',
        untilMs: NOW + 60 * MINUTE_MS,
      })
    }
  })

  it('does not use up a battery, nor a network that costs, unless it may', () => {
    expect(decide({}, { isOnBattery: true })).toMatchObject({ state: 'on-battery', gate: 'frozen' })
    expect(decide({ onBattery: true }, { isOnBattery: true }).gate).toBe('open')
    expect(decide({ when: 'always' }, { isMetered: true })).toMatchObject({ state: 'metered', gate: 'frozen' })
    expect(decide({ onMetered: true }, { isMetered: true }).gate).toBe('open')
  })

  it('is paused by hand until then, and switched off for good', () => {
    expect(decide({ pausedUntilMs: NOW + 1 })).toMatchObject({ state: 'paused', gate: 'frozen', untilMs: NOW + 1 })
    expect(decide({ pausedUntilMs: NOW }).state).toBe('open')
    expect(decide({ isOn: false, pausedUntilMs: NOW + 1 })).toMatchObject({ state: 'off', gate: 'off' })
  })

  it('looks often only where somebody could come back to work that runs', () => {
    expect(nextLookMs(settings(), decide())).toBeLessThanOrEqual(500)
    expect(nextLookMs(settings({ when: 'always' }), decide({ when: 'always' }))).toBeGreaterThanOrEqual(1_000)
    expect(nextLookMs(settings(), decide({}, { inputIdleMs: 0 }))).toBeGreaterThanOrEqual(1_000)
  })
})
