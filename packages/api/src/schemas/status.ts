import { z } from '@hono/zod-openapi'
import { address, problem } from './primitives.ts'
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
    jobs: z.object({ running: z.number().int(), total: z.number().int() }),
  })
  .openapi('Status')
export type Status = z.infer<typeof status>
