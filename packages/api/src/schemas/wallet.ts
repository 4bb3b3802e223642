import { z } from '@hono/zod-openapi'
import { address, spendableWei, weiText } from './primitives.ts'

export const wallet = z
  .object({
    address,
    chainId: z.number(),
    walletWei: weiText,
    /** In the payment contract, free to spend or withdraw. */
    freeWei: weiText,
    /** Locked for jobs. */
    lockedWei: weiText,
    /** ETH for gas. */
    gasWei: weiText,
    /** Vouchers held and not yet redeemed. */
    owedToMeWei: weiText,
    /** Ever earned, by vouchers. */
    earnedWei: weiText,
    /** Ever promised to providers, by vouchers. */
    spentWei: weiText,
  })
  .openapi('Wallet')
export type Wallet = z.infer<typeof wallet>

export const amountBody = z
  .object({ amountWei: spendableWei.refine((text) => !/^0+$/.test(text), 'an amount above 0 is needed') })
  .openapi('Amount')
export const receipt = z.object({ hash: z.string(), gasUsed: z.string(), feeWei: weiText }).openapi('Receipt')
export type Receipt = z.infer<typeof receipt>
