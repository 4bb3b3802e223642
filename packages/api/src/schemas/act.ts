import { z } from '@hono/zod-openapi'
import { blacklistActs } from './blacklist.ts'
import { crowdfundActs } from './crowdfund.ts'
import { disputeActs } from './dispute.ts'
import { weiText } from './primitives.ts'
import { registryActs } from './registry.ts'
import { receipt, walletActs } from './wallet.ts'

/** What costs gas. */
export const act = z
  .discriminatedUnion('act', [...walletActs, ...registryActs, ...blacklistActs, ...crowdfundActs, ...disputeActs])
  .openapi('Act')
export type Act = z.infer<typeof act>

export const quote = z
  .object({
    /** What would be done, in sentences. */
    about: z.string(),
    /** 0 where there is nothing to do. */
    transactions: z.number().int(),
    gas: z.string(),
    gasPriceWei: weiText,
    /** ETH. It is an estimate: the price of gas changes. */
    feeWei: weiText,
  })
  .openapi('Quote')
export type Quote = z.infer<typeof quote>

export const acted = z
  .object({
    about: z.string(),
    /** The cost of all transactions, the hash of the last; null where there was nothing to do. */
    receipt: receipt.nullable(),
  })
  .openapi('Acted')
export type Acted = z.infer<typeof acted>
