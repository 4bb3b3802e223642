import { z } from '@hono/zod-openapi'
import { address, addressText, positiveWei, weiText } from './primitives.ts'

const rpcUrl = z
  .url({ protocol: /^https?$/, error: 'is no http address' })
  .max(2_000)
  .openapi({ example: 'http://127.0.0.1:8545' })
const namedChain = z.object({ rpcUrl: z.string(), chainId: z.number().int(), token: address, payments: address })

export const chainView = z
  .object({
    now: namedChain,
    /** Kept by this node or one of this machine, by the host of a private grid, or elsewhere. */
    kind: z.enum(['embedded', 'grid', 'elsewhere']),
    /** In the home: used by a start that names none. */
    remembered: namedChain.nullable(),
    /** The start of this node named a chain, and does so again at the next one. */
    isNamed: z.boolean(),
  })
  .openapi('ChainView')
export type ChainView = z.infer<typeof chainView>

export const chainChange = z
  .discriminatedUnion('act', [
    z.object({
      act: z.literal('use'),
      rpcUrl,
      token: addressText,
      /** Default: where this release puts it. */
      payments: addressText.optional(),
      /** For a key that lies in plain: there is money on the chain. null where it is encrypted already. */
      password: z.string().max(1_000).nullable(),
    }),
    z.object({ act: z.literal('embedded') }),
  ])
  .openapi('ChainChange', { example: { act: 'embedded' } })
export type ChainChange = z.infer<typeof chainChange>

const seconds = z
  .number()
  .int()
  .positive()
  .max(3_650 * 86_400)
/** Contracts for a token that exists, or with a token that a crowdfunding makes and sells. */
export const newContracts = z
  .object({
    rpcUrl,
    token: addressText.optional(),
    crowdfunding: z.object({
      minimumWei: positiveWei,
      capWei: positiveWei,
      forS: seconds,
      /** Who gets its share, the team's, and the ETH. Default: this node. */
      company: addressText.optional(),
      teamLockS: seconds,
      /** Unix time; the same terms from the same second on are the same token. Default: now, which is another one each time. */
      startsAtS: z.number().int().positive().optional(),
    }),
  })
  .openapi('NewContracts')
export type NewContracts = z.infer<typeof newContracts>

export const contractsQuote = z
  .object({
    /** null: all of it is there. */
    about: z.string().nullable(),
    token: address,
    /** Of the crowdfunding: whoever says it again goes on with what was begun. null where all of it is there. */
    startsAtS: z.number().int().nullable(),
  })
  .openapi('ContractsQuote')
export type ContractsQuote = z.infer<typeof contractsQuote>

export const madeContracts = z
  .object({
    chainId: z.number().int(),
    token: address,
    payments: address,
    contracts: z.array(z.object({ name: z.string(), address, isNew: z.boolean() })),
    transactions: z.number().int(),
    feeWei: weiText,
  })
  .openapi('MadeContracts')
export type MadeContracts = z.infer<typeof madeContracts>
