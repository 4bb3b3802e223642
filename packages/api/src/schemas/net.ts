import { z } from '@hono/zod-openapi'
import { address, timestampMs } from './primitives.ts'

const connection = z.object({
  peerId: z.string(),
  address,
  /** Where its other end is. */
  remote: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  by: z.enum(['tcp', 'websocket', 'webrtc', 'relay']),
  openedAtMs: timestampMs,
})

/** How this node stands in the network: with whom it is connected, and how others reach it. */
export const net = z
  .object({
    peerId: z.string(),
    address,
    listening: z.array(z.string()),
    /** What others are told. */
    announced: z.array(z.string()),
    reachability: z.object({
      /**
       * `direct`: others dial it. `relayed`: through relays only. `closed`: not at all. `local`: nobody outside could
       * try. `unknown`: nobody has yet.
       */
      state: z.enum(['direct', 'relayed', 'closed', 'local', 'unknown']),
      why: z.string(),
      /** What a person can do about it; null where nothing needs doing. */
      remedy: z.string().nullable(),
    }),
    /** Through which others reach this node. */
    relays: z.array(z.object({ peerId: z.string(), addresses: z.array(z.string()) })),
    /** What this node relays for others; null where it does not. */
    serving: z.object({ reservations: z.number().int(), circuits: z.number().int(), bytes: z.number() }).nullable(),
    /** Its part in the hash table by which peers are found. */
    dht: z.enum(['client', 'server']).nullable(),
    /** By how much most peers' clocks are ahead of this machine's, and what of that the node corrects for itself. */
    clock: z.object({ offsetMs: z.number(), correctionMs: z.number() }),
    connections: z.array(connection),
  })
  .openapi('Net')
export type Net = z.infer<typeof net>
