import { z } from '@hono/zod-openapi'
import { address, timestampMs, weiText } from './primitives.ts'

export const providerActivity = z.object({
  requestor: address,
  app: z.string(),
  running: z.number().int(),
  delivered: z.number().int(),
  accepted: z.number().int(),
  earnedWei: weiText,
})
export const providerFailure = z.object({
  requestor: address,
  app: z.string(),
  code: z.string(),
  message: z.string(),
  atMs: timestampMs,
})
/** Whether the machine lends now. `gate` is what that lets through: work comes and runs; runs; stands still; is given back. */
export const lendingState = z
  .object({
    state: z.enum(['off', 'open', 'paused', 'here', 'busy', 'out-of-schedule', 'on-battery', 'metered']),
    gate: z.enum(['open', 'closed', 'frozen', 'off']),
    /** In words. */
    reason: z.string(),
    sinceMs: timestampMs,
    /** When it ends by itself, where that is known. */
    untilMs: timestampMs.nullable(),
  })
  .openapi('LendingState')
export type LendingState = z.infer<typeof lendingState>

export const providerStatus = z
  .object({
    state: z.enum(['off', 'starting', 'idle', 'working', 'paused', 'stopping', 'failed']),
    /** In words, with the remedy where it failed. */
    reason: z.string(),
    cores: z.number(),
    speed: z.number(),
    pricePerCoreHourWei: weiText,
    /**
     * What a requestor can leave unpaid, and run away with: a new one, or the price of one subtask where that is more; one that has
     * as much to lose. null on a machine that does not lend.
     */
    unpaid: z.object({ newWei: weiText, mostWei: weiText }).nullable(),
    /** Empty programs that wait for work. */
    waiting: z.number().int(),
    activities: z.array(providerActivity),
    /** The last 20 subtasks that failed here: a limit that was hit stands there with its figures. */
    failures: z.array(providerFailure),
    /** null on a machine that never lent. */
    lending: lendingState.nullable(),
  })
  .openapi('ProviderStatus')
export type ProviderStatus = z.infer<typeof providerStatus>
