import { availableParallelism, totalmem } from 'node:os'
import { type LendingSettings, parseSchedule } from '@golem/market'
import { GolemError, wei } from '@golem/protocol'
import { z } from 'zod'

const DAY_MS = 86_400_000

/** What a person says of lending, as it lies in the store. */
export const provideSettings = z.strictObject({
  isOn: z.boolean(),
  cores: z.number().int().min(1).max(1_024),
  /** Of all programs of others together. */
  memoryBytes: z
    .number()
    .int()
    .min(64 * 1024 ** 2),
  /** Of what all programs together hold on the disk; null: as the policy grants. */
  diskBytes: z
    .number()
    .int()
    .min(1024 ** 2)
    .nullable(),
  pricePerCoreHourWei: wei,
  when: z.enum(['always', 'idle', 'schedule']),
  /** As it was written. */
  schedule: z.string().max(1_000).nullable(),
  idleAfterMs: z.number().int().min(1_000).max(DAY_MS),
  onReturn: z.enum(['throttle', 'freeze']),
  onBattery: z.boolean(),
  onMetered: z.boolean(),
  priority: z.enum(['lowest', 'normal']),
  pausedUntilMs: z.number().int().nullable(),
})
export type ProvideSettings = z.output<typeof provideSettings>
export type ProvideChange = { [name in keyof ProvideSettings]?: ProvideSettings[name] | undefined }

/** Three quarters of the machine's memory: the rest is its owner's. */
const MEMORY_SHARE = 0.75

export const defaultSettings = (): ProvideSettings => ({
  isOn: false,
  cores: Math.max(1, availableParallelism() - 1),
  memoryBytes: Math.floor(totalmem() * MEMORY_SHARE),
  diskBytes: null,
  pricePerCoreHourWei: 100_000_000_000_000_000n,
  when: 'always',
  schedule: null,
  idleAfterMs: 5 * 60_000,
  onReturn: 'throttle',
  onBattery: false,
  onMetered: false,
  priority: 'lowest',
  pausedUntilMs: null,
})

/** @throws {GolemError} `SCHEDULE_INVALID`, `SCHEDULE_MISSING` */
export function changed(settings: ProvideSettings, change: ProvideChange): ProvideSettings {
  const said = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  const result: ProvideSettings = { ...settings, ...said }
  if (result.schedule !== null) parseSchedule(result.schedule)
  if (result.when === 'schedule' && result.schedule === null) {
    throw new GolemError({
      code: 'SCHEDULE_MISSING',
      message: 'Lending by a schedule needs one.',
      remedy: 'Say when, such as --schedule "mon-fri 19:00-07:30, sat-sun".',
    })
  }
  return result
}

export const toLendingSettings = (settings: ProvideSettings): LendingSettings => ({
  isOn: settings.isOn,
  when: settings.when,
  schedule: settings.schedule === null ? null : parseSchedule(settings.schedule),
  idleAfterMs: settings.idleAfterMs,
  onReturn: settings.onReturn,
  onBattery: settings.onBattery,
  onMetered: settings.onMetered,
  pausedUntilMs: settings.pausedUntilMs,
})
