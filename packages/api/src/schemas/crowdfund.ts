import { z } from '@hono/zod-openapi'
import { address, positiveWei, weiText } from './primitives.ts'

export const crowdfundActs = [
  /** ETH, in base units. */
  z.object({ act: z.literal('contribute'), amountWei: positiveWei }),
  z.object({ act: z.literal('finalize') }),
  z.object({ act: z.literal('refund') }),
] as const

/** Amounts are ETH. */
export const crowdfundView = z
  .object({
    address,
    state: z.enum(['funding', 'success', 'failure']),
    /** The token moves, and its supply is final. */
    isFinalized: z.boolean(),
    startsAtS: z.number(),
    endsAtS: z.number(),
    raisedWei: weiText,
    minimumWei: weiText,
    capWei: weiText,
    /** This account's, and not refunded. */
    contributedWei: weiText,
    company: address,
  })
  .openapi('Crowdfund')
export type CrowdfundView = z.infer<typeof crowdfundView>
