import { z } from '@hono/zod-openapi'
import { address, weiText } from './primitives.ts'

export const providerActivity = z.object({
  requestor: address,
  app: z.string(),
  running: z.number().int(),
  delivered: z.number().int(),
  accepted: z.number().int(),
  earnedWei: weiText,
})
export const providerStatus = z
  .object({
    state: z.enum(['off', 'starting', 'idle', 'working', 'paused', 'stopping', 'failed']),
    /** In words, with the remedy where it failed. */
    reason: z.string(),
    cores: z.number(),
    speed: z.number(),
    pricePerCoreHourWei: weiText,
    activities: z.array(providerActivity),
  })
  .openapi('ProviderStatus')
export type ProviderStatus = z.infer<typeof providerStatus>
