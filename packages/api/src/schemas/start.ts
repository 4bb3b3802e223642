import { z } from '@hono/zod-openapi'
import { spendableWei } from './primitives.ts'

const text = z.string().trim().min(1).max(300)
const several = z.array(text).max(32)

/** How a daemon runs, beside what it lends and where its money lives. null: as the daemon does by itself. */
export const startSettings = z
  .object({
    /** Addresses at which peers reach it. */
    listen: several.nullable(),
    /** What it tells peers instead. */
    announce: several,
    /** Peers that it dials first. */
    bootstrap: several,
    /** Finds peers in the local network. */
    mdns: z.boolean(),
    /** Asks the router to forward ports. */
    upnp: z.boolean().nullable(),
    /** Relays for peers that nobody can dial. */
    relay: z.boolean(),
    /** What content may take on the disk. */
    storageBytes: z.number().int().positive(),
    /** HTTP gateways that are asked for content that no peer has. */
    gateways: several,
    /** Lets other IPFS nodes connect and fetch. */
    bitswap: z.boolean(),
    /** The most that one requestor may leave unpaid. */
    unpaidLimitWei: spendableWei.nullable(),
    /** How long a job waits for its first offer. */
    offerTimeoutMs: z.number().int().positive().nullable(),
    /** What an ETH is worth in GLM, to weigh gas by. */
    glmPerEth: z.number().nonnegative().nullable(),
    /** The OCI runtime; `auto` is the safest that works. */
    runtime: text,
  })
  .openapi('StartSettings')
export type StartSettings = z.infer<typeof startSettings>
export type StartName = keyof StartSettings

const names = startSettings.keyof()

export const startView = z
  .object({
    settings: startSettings,
    /** Named by who started the daemon: this wins over what is remembered, each time that it is named. */
    named: z.array(names),
  })
  .openapi('StartView')
export type StartView = z.infer<typeof startView>

const changed = startSettings.shape
/** What is left out stays as it is; null is as the daemon does by itself. */
export const startChange = z
  .object({
    ...changed,
    ...{ announce: several.nullable(), bootstrap: several.nullable(), gateways: several.nullable() },
    ...{ mdns: changed.mdns.nullable(), relay: changed.relay.nullable(), bitswap: changed.bitswap.nullable() },
    ...{ storageBytes: changed.storageBytes.nullable(), runtime: changed.runtime.nullable() },
  })
  .partial()
  .strict()
  .openapi('StartChange')
export type StartChange = z.infer<typeof startChange>
