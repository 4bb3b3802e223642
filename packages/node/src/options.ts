import { availableParallelism } from 'node:os'
import { isAbsolute } from 'node:path'
import { address, GolemError, wei } from '@golem/protocol'
import { z } from 'zod'

const folder = z.string().refine(isAbsolute, 'is no absolute path')
const multiaddr = z.string().regex(/^\/(ip4|ip6|dns|dns4|dns6)\/\S+$/, 'is no address such as /ip4/127.0.0.1/tcp/4001')

/** How a daemon is started. The command line builds it; the daemon checks it again. */
export const daemonOptions = z
  .strictObject({
    /** Keys, store, content, api.json and daemon.log; made where missing. */
    home: folder,
    /** Lends this machine's cores. */
    provide: z.boolean().default(false),
    /** Uses an embedded development chain. Its money is worth nothing. */
    dev: z.boolean().default(false),
    /** Where the development chain lives; daemons that share the folder share the chain. Default: `dev` in `home`. */
    devDir: folder.optional(),
    /** A chain that runs elsewhere, with the two contracts on it. */
    rpcUrl: z.url({ protocol: /^https?$/, error: 'is no http address' }).optional(),
    token: address.optional(),
    payments: address.optional(),
    /** Cores lent. Default: all but one. */
    cores: z
      .number()
      .int()
      .min(1)
      .max(1024)
      .default(() => Math.max(1, availableParallelism() - 1)),
    /** For one core-hour of the reference machine. */
    pricePerCoreHourWei: wei.default(100_000_000_000_000_000n),
    /** Where peers reach this node; port 0 picks a free one. */
    listen: z.array(multiaddr).default(['/ip4/0.0.0.0/tcp/0']),
    /** Peers to dial first. */
    bootstrap: z.array(multiaddr).default([]),
    /** Finds peers in the local network by multicast DNS. */
    mdns: z.boolean().default(true),
    /** Of the HTTP interface on loopback; 0 picks a free one. */
    port: z.number().int().min(0).max(65_535).default(0),
    /** How long a job waits for its first offer, where the job does not say. */
    offerTimeoutMs: z.number().int().positive().optional(),
  })
  .refine(({ dev, devDir }) => dev || devDir === undefined, { path: ['devDir'], message: 'is only used with dev' })
  .refine(({ dev, rpcUrl }) => dev !== (rpcUrl !== undefined), {
    path: ['rpcUrl'],
    message: 'is needed, or dev instead of it, and never both',
  })
  .refine(({ rpcUrl, token, payments }) => !rpcUrl || (token && payments), {
    path: ['rpcUrl'],
    message: 'needs the addresses of token and payments on that chain',
  })
export type DaemonOptions = z.output<typeof daemonOptions>
/** As written by the one who starts a daemon: what has a default may be absent, amounts may be text. */
export type DaemonOptionsInput = z.input<typeof daemonOptions>

/**
 * Reads the daemon's one argument.
 *
 * @param text JSON of a `DaemonOptionsInput`
 * @throws {GolemError} `OPTIONS_INVALID`, naming the option
 */
export function parseDaemonOptions(text: string | undefined): DaemonOptions {
  const invalid = (message: string) =>
    new GolemError({ code: 'OPTIONS_INVALID', message, remedy: 'See `golem up --help`.' })
  let value: unknown
  try {
    value = JSON.parse(text ?? '')
  } catch {
    throw invalid('The daemon takes its options as one JSON argument.')
  }
  const result = daemonOptions.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw invalid(`The daemon's option ${issue?.path.join('.') || '(all)'}: ${issue?.message ?? 'invalid'}.`)
}
