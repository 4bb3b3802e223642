import { z } from '@hono/zod-openapi'
import { address, addressText, cidText, positiveWei, weiText } from './primitives.ts'

export const disputeActs = [
  /** From the wallet, under the panels of this network. */
  z.object({ act: z.literal('stake'), amountWei: positiveWei }),
  z.object({ act: z.literal('exit') }),
  z.object({ act: z.literal('stay') }),
  z.object({ act: z.literal('unstake') }),
  /** To be drawn for panels, or no more. */
  z.object({ act: z.literal('serve') }),
  z.object({ act: z.literal('resign') }),
  z.object({
    act: z.literal('dispute'),
    verdict: cidText,
    /** Default: whoever signed the verdict. */
    against: addressText.optional(),
  }),
  z.object({ act: z.literal('appeal-verdict'), id: z.number().int().positive() }),
] as const

export const dispute = z
  .object({
    id: z.number(),
    accuser: address,
    accused: address,
    /** Panels, this one included: 1 to 3. */
    panel: z.number(),
    phase: z.enum(['drawing', 'committing', 'revealing', 'appealing', 'due', 'finished']),
    untilS: z.number().nullable(),
    verdict: z.enum(['acquitted', 'convicted', 'silent']).nullable(),
    /** What a conviction burns. */
    amountWei: weiText,
    bondsWei: weiText,
    acquitting: z.number(),
    convicting: z.number(),
    seats: z.number(),
    /** This node sits on the panel. */
    isJuror: z.boolean(),
    evidence: z.string(),
  })
  .openapi('Dispute')

/** What this node has at stake, and the latest disputes. */
export const disputesView = z
  .object({
    self: address,
    bondWei: weiText,
    stake: z.object({ totalWei: weiText, agedWei: weiText, exitsAtS: z.number().nullable() }),
    /** What this node weighs when panels are drawn, and what all weigh. */
    weightWei: weiText,
    allWei: weiText,
    /** Newest first. */
    disputes: z.array(dispute),
  })
  .openapi('Disputes')
export type DisputesView = z.infer<typeof disputesView>
