import { z } from '@hono/zod-openapi'
import { address, timestampMs, weiText } from './primitives.ts'

/** How the machine is doing. */
export const machine = z
  .object({
    cores: z.number().int(),
    /** Busy at present, of all programs together; as long as nobody asked before, since the start. */
    busyCores: z.number(),
    memoryBytes: z.number().int(),
    freeMemoryBytes: z.number().int(),
    /** Where the daemon's home lies. */
    diskBytes: z.number().int(),
    freeDiskBytes: z.number().int(),
    /** Programs of others are ended where less of it is free. */
    reservedDiskBytes: z.number().int(),
    /** The warmest sensor; null where none can be read. */
    celsius: z.number().nullable(),
    model: z.string(),
    /** Measured, of one core: the reference machine has 1. */
    speed: z.number(),
  })
  .openapi('Machine')
export type Machine = z.infer<typeof machine>

/** What lending brought, hour by hour. */
export const earnings = z
  .object({
    /** Ever, by vouchers. */
    earnedWei: weiText,
    /** Subtasks, ever. */
    accepted: z.number().int(),
    rejected: z.number().int(),
    /** Which share of its next work is expected to be good, by the reckoning by which others are judged; a newcomer has 1/2. */
    score: z.number(),
    /** Of what was earned, what came after each hour began; hours without any are left out. Oldest first, a year at most. */
    hours: z.array(z.object({ fromMs: timestampMs, earnedWei: weiText })),
  })
  .openapi('Earnings')
export type Earnings = z.infer<typeof earnings>

/** What each agreement brought to whoever lends: who paid, for what, when, how much. Newest first. */
export const lendingReceipts = z
  .array(
    z.object({
      agreementId: z.string(),
      requestor: address,
      app: z.string(),
      openedAtMs: timestampMs,
      /** null while it goes on. */
      endedAtMs: timestampMs.nullable(),
      /** Subtasks. */
      accepted: z.number().int(),
      rejected: z.number().int(),
      earnedWei: weiText,
    }),
  )
  .openapi('LendingReceipts')
export type LendingReceipts = z.infer<typeof lendingReceipts>
