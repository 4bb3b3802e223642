import { z } from '@hono/zod-openapi'
import { address, spendableWei, timestampMs } from './primitives.ts'
import { lendingState, providerStatus } from './provider.ts'

const DAY_MS = 86_400_000
const bytes = (least: number) => z.number().int().min(least).max(Number.MAX_SAFE_INTEGER)

/** How a machine lends; kept in the daemon's home. */
export const lendingSettings = z
  .object({
    isOn: z.boolean(),
    cores: z.number().int().min(1).max(1_024),
    /** Of all programs of others together. */
    memoryBytes: bytes(64 * 1024 ** 2),
    /** Of what all programs hold on the disk together; null is as the policy grants. */
    diskBytes: bytes(1024 ** 2).nullable(),
    /** For a core-hour of the reference machine. */
    pricePerCoreHourWei: spendableWei,
    when: z.enum(['always', 'idle', 'schedule']),
    /** Days and hours by the machine's clock; narrows each `when`. null for none. */
    schedule: z.string().max(1_000).nullable().openapi({ example: 'mon-fri 19:00-07:30, sat-sun' }),
    /** Without input, and on machines without any without load, for so long: then a machine is idle. */
    idleAfterMs: z.number().int().min(1_000).max(DAY_MS),
    /** What becomes of running work when the person is back: it goes on with what is left, or stands still. */
    onReturn: z.enum(['throttle', 'freeze']),
    /** Lends on battery too, and over a network that costs by the byte. */
    onBattery: z.boolean(),
    onMetered: z.boolean(),
    /** `lowest` computes with what the machine's own programs leave. */
    priority: z.enum(['lowest', 'normal']),
    pausedUntilMs: timestampMs.nullable(),
  })
  .openapi('LendingSettings')
export type LendingSettings = z.infer<typeof lendingSettings>

/** What is left out stays as it is. */
export const lendingChange = lendingSettings
  .omit({ pausedUntilMs: true })
  .partial()
  .extend({
    /** Stands still for so long from now; null goes on. */
    pauseMs: z
      .number()
      .int()
      .min(1_000)
      .max(366 * DAY_MS)
      .nullable()
      .optional(),
  })
  .strict()
  .openapi('LendingChange')
export type LendingChange = z.infer<typeof lendingChange>

export const lendingView = z
  .object({
    settings: lendingSettings,
    /** null on a machine that never lent. */
    now: lendingState.nullable(),
    /** What it goes by; null on a machine that never lent. */
    sight: z
      .object({
        /** Since the last input; null where nobody can be asked. */
        inputIdleMs: z.number().nullable(),
        /** Who was asked. */
        inputBy: z.string().nullable(),
        /** Cores that other programs keep busy. */
        otherCores: z.number(),
        cores: z.number().int(),
        isOnBattery: z.boolean(),
        isMetered: z.boolean(),
      })
      .nullable(),
    provider: providerStatus,
  })
  .openapi('Lending')
export type LendingView = z.infer<typeof lendingView>

/** What one lent core computes, or computed a moment ago. */
export const lentWork = z
  .object({
    id: z.string(),
    requestor: address,
    app: z.string(),
    state: z.enum(['running', 'computed', 'failed']),
    /** As its program says: 0 to 1, and at what it is; empty where it says nothing. */
    fraction: z.number(),
    note: z.string().openapi({ example: 'frame 7' }),
    startedAtMs: timestampMs,
    endedAtMs: timestampMs.nullable(),
    /** Of a private job: no picture is made of it. */
    isPrivate: z.boolean(),
    hasPicture: z.boolean(),
    /** What the picture shows was made before the work began, and its result is not painted yet. */
    isSketch: z.boolean(),
  })
  .openapi('LentWork')
export type LentWork = z.infer<typeof lentWork>
