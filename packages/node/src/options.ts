import { isAbsolute } from 'node:path'
import type { StartName } from '@golem/api'
import { address, GolemError, wei } from '@golem/protocol'
import { z } from 'zod'
import type { StartFile } from './start-file.ts'

const MIB = 1024 * 1024
const folder = z.string().refine(isAbsolute, 'is no absolute path')
const multiaddr = z.string().regex(/^\/(ip4|ip6|dns|dns4|dns6)\/\S+$/, 'is no address such as /ip4/127.0.0.1/tcp/4001')
const whole = (least: number, most: number) => {
  const error = `is no whole number from ${least} to ${most}`
  return z.int(error).min(least, error).max(most, error)
}
/** A `DaemonStart`, whose fields are described there, checked and with its defaults. */
export const daemonOptions = z
  .strictObject({
    home: folder,
    provide: z.boolean().default(false),
    dev: z.boolean().default(false),
    devDir: folder.optional(),
    grid: z.boolean().default(false),
    rpcUrl: z.url({ protocol: /^https?$/, error: 'is no http address' }).optional(),
    chainId: whole(1, Number.MAX_SAFE_INTEGER).optional(),
    token: address.optional(),
    payments: address.optional(),
    isChainNamed: z.boolean().default(true),
    runtime: z
      .string()
      .regex(/^(\/\S+|[A-Za-z0-9][\w.-]*)$/, 'is no name or absolute path of a runtime')
      .default('auto'),
    cores: whole(1, 1_024).optional(),
    pricePerCoreHourWei: wei.optional(),
    unpaidLimitWei: wei.optional(),
    priority: z.enum(['lowest', 'normal']).optional(),
    listen: z.array(multiaddr).optional(),
    announce: z.array(multiaddr).default([]),
    bootstrap: z.array(multiaddr).default([]),
    mdns: z.boolean().default(true),
    upnp: z.boolean().optional(),
    relay: z.boolean().default(true),
    storageBytes: whole(MIB, Number.MAX_SAFE_INTEGER).default(50 * 1024 * MIB),
    gateways: z
      .array(z.url({ protocol: /^https?$/, error: 'is no http address' }))
      .max(8)
      .default([]),
    bitswap: z.boolean().default(true),
    port: whole(0, 65_535).default(0),
    passwordFile: folder.optional(),
    offerTimeoutMs: z.number().int().positive().optional(),
    glmPerEth: z.number().min(0, 'is no number from 0').max(1e12, 'is no number up to 10^12').optional(),
  })
  .refine(({ dev, devDir }) => dev || devDir === undefined, { path: ['devDir'], message: 'is only used with --dev' })
  .refine(({ dev, rpcUrl, grid }) => [dev, rpcUrl !== undefined, grid].filter(Boolean).length === 1, {
    path: ['rpcUrl'],
    message: 'is needed, or --dev instead of it, and never both',
  })
  .refine(({ rpcUrl, token }) => !rpcUrl || token, {
    path: ['rpcUrl'],
    message: 'needs the address of the --token on that chain',
  })

/** What a home remembers where the start does not say it: no key, no chain, nothing of the process itself. */
const START_NAMES = [
  'listen',
  'announce',
  'bootstrap',
  'mdns',
  'upnp',
  'relay',
  'storageBytes',
  'gateways',
  'bitswap',
  'unpaidLimitWei',
  'offerTimeoutMs',
  'glmPerEth',
  'runtime',
] as const satisfies readonly StartName[]
export const isStartName = (name: string): name is StartName => START_NAMES.some((each) => each === name)

/** `named`: those of `START_NAMES` that who starts the daemon said. */
export type DaemonOptions = z.output<typeof daemonOptions> & { readonly named: readonly StartName[] }

/**
 * Reads the daemon's one argument.
 *
 * @param text JSON of a `DaemonStart`
 * @throws {GolemError} `OPTIONS_INVALID`, naming the option
 */
export function parseDaemonOptions(text: string | undefined): DaemonOptions {
  let value: unknown
  try {
    value = JSON.parse(text ?? '')
  } catch {
    throw invalid('The daemon takes its options as one JSON argument.')
  }
  const named = START_NAMES.filter((name) => value !== null && typeof value === 'object' && name in value)
  return { ...check(value), named }
}

/**
 * The options, with what the home remembers where they name nothing else.
 *
 * @throws {GolemError} `OPTIONS_INVALID`, naming the option
 */
export function withRemembered({ named, ...options }: DaemonOptions, remembered: StartFile): DaemonOptions {
  const said = Object.entries(options).filter(([name]) => !isStartName(name) || named.includes(name))
  // Peers of elsewhere have no part in a private grid.
  const known = Object.entries(remembered).filter(
    ([name]) => isStartName(name) && !(options.grid && name === 'bootstrap'),
  )
  return { ...check(inText({ ...Object.fromEntries(known), ...Object.fromEntries(said) })), named }
}

/** Amounts are text where they are read. */
const inText = (options: object) =>
  JSON.parse(JSON.stringify(options, (_, value) => (typeof value === 'bigint' ? `${value}` : value)))

function check(value: unknown): z.output<typeof daemonOptions> {
  const result = daemonOptions.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw invalid(issue ? sentence(issue, value) : 'The options are invalid.')
}

const invalid = (message: string) =>
  new GolemError({ code: 'OPTIONS_INVALID', message, remedy: 'See `golem up --help`.' })

/** In the words of who wrote a command line: `--cores 0 is no whole number from 1 to 1024.` */
function sentence({ path, message }: { path: PropertyKey[]; message: string }, options: unknown): string {
  const field = path.map(String)[0] ?? ''
  const given = path.reduce<unknown>((of, key) => (of as Record<PropertyKey, unknown> | undefined)?.[key], options)
  const shown = typeof given === 'string' || typeof given === 'number' ? ` ${given}`.slice(0, 200) : ''
  const says = /^(is|needs) /.test(message) ? ` ${message}` : `: ${message}`
  return `${field === '' ? 'The options' : `${flagOf(field)}${shown}`}${says.replace(/\.$/, '')}.`
}

/** The command line's name of a field: `offerTimeoutMs` is `--offer-timeout`. */
const FLAGS: Readonly<Record<string, string>> = { pricePerCoreHourWei: '--price', gateways: '--gateway' }
export const flagOf = (field: string): string =>
  FLAGS[field] ?? `--${field.replace(/(Ms|Wei|Bytes)$/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
