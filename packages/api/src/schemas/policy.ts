import { z } from '@hono/zod-openapi'
import { address } from './primitives.ts'

/** Applications by name or CID, and parties. */
const policyList = z.object({
  apps: z.array(z.string()),
  authors: z.array(address),
  requestors: z.array(address),
  providers: z.array(address).optional(),
})

/** What a node grants to the programs of others, and whom it works with (packages/market/src/provider/provider-policy.ts). */
export const providerPolicy = z.object({
  run: z.enum(['listed', 'certified', 'any']),
  validators: z.array(address),
  network: z.enum(['never', 'listed', 'any']),
  hosts: z.array(z.string()),
  gpu: z.boolean(),
  scan: z.enum(['auto', 'clamscan', 'off']).optional(),
  allow: policyList,
  deny: policyList,
  blacklist: z.object({
    follow: z.array(address),
    mode: z.enum(['auto', 'warn', 'off']),
    appealMs: z.number().optional(),
    publish: z.enum(['nobody', 'convicted']).optional(),
  }),
  /** Upper bounds by their names, in bytes and milliseconds. */
  max: z.record(z.string(), z.number()),
})

export const policy = z
  .object({
    /** Where the file lies. */
    path: z.string(),
    /** The file itself. */
    text: z.string(),
    /** What is wrong with it; then the last one that was right counts. */
    problem: z.string().nullable(),
    /** As it counts now. */
    policy: providerPolicy,
  })
  .openapi('Policy')
export type Policy = z.infer<typeof policy>

/** Keys of the file with what a person says of them; an empty text takes one back. */
export const policyChanges = z
  .object({ changes: z.record(z.string().max(40), z.string().max(10_000)) })
  .openapi('PolicyChanges')
export type PolicyChanges = z.infer<typeof policyChanges>
