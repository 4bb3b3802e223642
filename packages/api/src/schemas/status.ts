import { z } from '@hono/zod-openapi'
import { address, problem, timestampMs } from './primitives.ts'
import { providerStatus } from './provider.ts'

export const status = z
  .object({
    version: z.string(),
    pid: z.number(),
    address,
    peerId: z.string(),
    addresses: z.array(z.string()),
    peers: z.number().int(),
    uptimeMs: z.number(),
    /** Where a page puts results, unless it is told another folder. */
    resultsDir: z.string(),
    chain: z.object({ chainId: z.number(), reachable: z.boolean(), dev: z.boolean(), rpcUrl: z.string() }),
    apps: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        tools: z.record(z.string(), z.string()),
        /** An empty program of it waits, so that the next job begins at once. */
        isWaiting: z.boolean(),
      }),
    ),
    provider: providerStatus,
    /** What keeps money from moving: the chain, transactions that are not mined, vouchers that are not paid. */
    troubles: z.array(problem),
    /** The last rejections, of others' work here and of this node's work elsewhere, newest first. */
    rejections: z.array(
      z.object({
        /** Who rejected: this node, or the peer. */
        by: z.enum(['self', 'peer']),
        peer: address,
        /** In words. */
        what: z.string(),
        /** CID of the verdict, by which it can be checked again; null where none was shown. */
        verdict: z.string().nullable(),
        /** Why it does not convince this node; null where it does. */
        doubt: z.string().nullable(),
        atMs: timestampMs,
      }),
    ),
    jobs: z.object({ running: z.number().int(), total: z.number().int() }),
  })
  .openapi('Status')
export type Status = z.infer<typeof status>
