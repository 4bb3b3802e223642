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
    /** By vouchers held, and not yet in the free balance. */
    owedToMeWei: weiText,
    /** Ever earned, by vouchers. */
    earnedWei: weiText,
    /** Ever promised to providers, by vouchers. */
    spentWei: weiText,
    /** The key of this node lies encrypted; else in plain. */
    keyEncrypted: z.boolean(),
  })
  .openapi('Wallet')
export type Wallet = z.infer<typeof wallet>

export const amountBody = z
  .object({ amountWei: spendableWei.refine((text) => !/^0+$/.test(text), 'an amount above 0 is needed') })
  .openapi('Amount')
export const receipt = z.object({ hash: z.string(), gasUsed: z.string(), feeWei: weiText }).openapi('Receipt')
export type Receipt = z.infer<typeof receipt>

/** Key, vouchers and proofs are written into a file; nothing of them is in the answer. */
export const exportBody = z
  .object({
    /** Absolute; nothing may be there. */
    path: z.string().max(4_096),
    /** Of the key, where it is encrypted: the backup has the same. Else a new one, or null for none. */
    password: z.string().max(1_000).nullable(),
    /** Writes it without encryption. */
    plain: z.boolean(),
  })
  .openapi('Export')
export type ExportBody = z.infer<typeof exportBody>
export const exported = z
  .object({ path: z.string(), address, claims: z.number().int(), encrypted: z.boolean() })
  .openapi('Exported')
export type Exported = z.infer<typeof exported>
