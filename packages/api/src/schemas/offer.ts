import { z } from '@hono/zod-openapi'
import { address, timestampMs, weiText } from './primitives.ts'

export const offerView = z
  .object({
    provider: address,
    app: z.string(),
    pricePerCoreHourWei: weiText,
    cores: z.number(),
    speed: z.number(),
    equivalenceClass: z.string(),
    expiresAtMs: timestampMs,
  })
  .openapi('Offer')
export type OfferView = z.infer<typeof offerView>
