import { DEFAULT_POLICY, LIST_MODES, type ProviderPolicy } from '@golem/market'
import { address, outboundHost } from '@golem/protocol'
import { MAX_LISTS } from '@golem/roles'
import { SCAN_MODES } from '@golem/sandbox'
import { z } from 'zod'
import { parseDuration, parseSize } from './quantities.ts'

const count = z.number('is no number').positive('must be above 0')
const whole = count.int('must be a whole number')
const size = z.union([whole, z.string()], 'is no size such as "4GiB"').transform(parseSize)
const duration = z.union([whole, z.string()], 'is no time such as "30m"').transform(parseDuration)
const list = z.strictObject({
  apps: z.array(z.string().min(1)).default([]),
  authors: z.array(address).default([]),
  requestors: z.array(address).default([]),
  providers: z.array(address).default([]),
})

/** The file `policy.toml`, by its own names. */
export const policyFile = z.strictObject({
  run: z.enum(['listed', 'certified', 'any'], 'is one of "listed", "certified" and "any"').default(DEFAULT_POLICY.run),
  validators: z.array(address).default([]),
  network: z.enum(['never', 'listed', 'any'], 'is one of "never", "listed" and "any"').default(DEFAULT_POLICY.network),
  hosts: z.array(outboundHost).default([]),
  gpu: z.boolean().default(false),
  scan: z.enum(SCAN_MODES, 'is one of "auto", "clamscan" and "off"').default('auto'),
  allow: list.prefault({}),
  deny: list.prefault({}),
  blacklist: z
    .strictObject({
      follow: z.array(address).max(MAX_LISTS, `may name ${MAX_LISTS} lists at most`).default([]),
      mode: z.enum(LIST_MODES, 'is one of "auto", "warn" and "off"').default(DEFAULT_POLICY.blacklist.mode),
      appeal: duration.optional(),
      publish: z
        .enum(['nobody', 'convicted'], 'is one of "nobody" and "convicted"')
        .default(DEFAULT_POLICY.blacklist.publish ?? 'nobody'),
    })
    .prefault({}),
  max: z
    .strictObject({
      memory: size.optional(),
      cores: count.optional(),
      processes: whole.optional(),
      time: duration.optional(),
      disk: size.optional(),
      all_disk: size.optional(),
      input: size.optional(),
      output: size.optional(),
      files: whole.optional(),
      file: size.optional(),
      log: size.optional(),
    })
    .prefault({}),
})
export type PolicyFile = z.output<typeof policyFile>

/** The names of bounds in the file, and what they bound. */
const BOUNDS = {
  memory: 'memoryBytes',
  cores: 'cores',
  processes: 'pids',
  time: 'wallMs',
  disk: 'diskBytes',
  all_disk: 'allDiskBytes',
  input: 'inputBytes',
  output: 'outputBytes',
  files: 'outputFiles',
  file: 'fileBytes',
  log: 'logBytes',
} as const satisfies Record<keyof PolicyFile['max'], keyof ProviderPolicy['max']>

export function toPolicy({ max, blacklist: { appeal, ...following }, ...rest }: PolicyFile): ProviderPolicy {
  const bounds: { -readonly [name in keyof ProviderPolicy['max']]: number } = {}
  for (const [name, bound] of Object.entries(BOUNDS)) {
    const value = max[name as keyof typeof BOUNDS]
    if (value !== undefined) bounds[bound] = value
  }
  const blacklist = { ...following, ...(appeal === undefined ? {} : { appealMs: appeal }) }
  return { ...rest, blacklist, max: bounds }
}
