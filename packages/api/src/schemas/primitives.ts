import { z } from '@hono/zod-openapi'

/** Amounts cross the API as decimal text of base units (10^18 are one GLM). */
export const weiText = z
  .string()
  .regex(/^\d{1,78}$/, 'an amount is a decimal number of base units')
  .openapi({ example: '2000000000000000000' })
/** What a person can name: it fits what is signed and locked. */
export const spendableWei = weiText.refine((text) => text.length <= 38, 'there are not so many GLM')
export const positiveWei = spendableWei.refine((text) => !/^0+$/.test(text), 'an amount above 0 is needed')
/** As a person writes it. */
export const addressText = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'an address is 0x and 40 hex digits')
  .openapi({ example: '0x5fbdb2315678afecb367f032d93f642f64180aa3' })
export const cidText = z
  .string()
  .regex(/^b[a-z2-7]{20,127}$/, 'a CID is version 1 in base32')
  .openapi({ example: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi' })
export const wrappedKeyText = z.string().regex(/^0x[0-9a-f]{162}$/, 'a wrapped key is 0x and 162 hex digits')
export const address = z.string().openapi({ example: '0x5fbdb2315678afecb367f032d93f642f64180aa3' })
export const timestampMs = z.number().int()

export const problem = z
  .object({
    code: z.string(),
    /** What happened, with the value. */
    message: z.string(),
    /** What the reader can do. */
    remedy: z.string().optional(),
  })
  .openapi('Problem')
export type Problem = z.infer<typeof problem>

export const errorBody = z.object({ error: problem }).openapi('Error')

/** The answer where there is nothing to tell. */
export const nothing = z.object({}).openapi('Nothing')
