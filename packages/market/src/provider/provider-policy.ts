import type { Address, Cid, Limits, Manifest } from '@golem/protocol'
import { outboundOf } from '@golem/protocol'
import type { Following } from '../lists/judge-listings.ts'
import type { Refusal } from './refuse-assignment.ts'

/** What a provider grants: the application's manifest asks, this bounds, the sandbox enforces the smaller (`boundedLimits`). */
export type ProviderPolicy = {
  /** Which applications: those in `allow`; also those that a validator in `validators` certified; any. */
  run: 'listed' | 'certified' | 'any'
  validators: readonly Address[]
  /** Applications by name or CID, authors, requestors. Requestors here are the only ones, where there are any. */
  allow: PolicyList
  /** Wins over everything. */
  deny: PolicyList
  /** Upper bounds; what is left out is as the application asks. */
  max: PolicyBounds
  /** Hosts outside: none; those in `hosts`; any. */
  network: 'never' | 'listed' | 'any'
  hosts: readonly string[]
  gpu: boolean
  /** How inputs and images are looked through for malware: by clamd where it runs; always, by clamscan; not at all. Default: `auto`. */
  scan?: 'auto' | 'clamscan' | 'off'
  /** Whose lists are followed, for what is lent and for what is hired. */
  blacklist: Following & {
    /** Whom this node's own list names by itself: nobody, or whoever a panel convicted. Default: nobody. */
    publish?: 'nobody' | 'convicted'
  }
}
export type PolicyList = {
  apps: readonly string[]
  authors: readonly Address[]
  requestors: readonly Address[]
  /** Hired whatever others say, or never. */
  providers?: readonly Address[]
}
export type PolicyBounds = Partial<Limits> & {
  /** Of one subtask. */
  inputBytes?: number
  /** Of all sandboxes of this machine together. */
  allDiskBytes?: number
}

const NOBODY: PolicyList = { apps: [], authors: [], requestors: [], providers: [] }

/** Runs whatever is installed, for anybody, without a network. */
export const DEFAULT_POLICY: ProviderPolicy = {
  run: 'any',
  validators: [],
  allow: NOBODY,
  deny: NOBODY,
  max: {},
  network: 'never',
  hosts: [],
  gpu: false,
  scan: 'auto',
  blacklist: { follow: [], mode: 'auto', publish: 'nobody' },
}

/** What a validator said of an application in the registry. */
export type Certification = { validator: Address; verdict: 'certified' | 'denounced' }

export type AppInPolicy = {
  manifest: Manifest
  manifestCid: Cid
  /** From the registry; null where none is known. Asked for only where the policy goes by it. */
  certifications: readonly Certification[] | null
}

/** Why an application is not run here, with what would change it; or null where it is. */
export function declineApp(app: AppInPolicy, policy: ProviderPolicy): Refusal | null {
  const { manifest, certifications } = app
  const { name } = manifest
  if (isIn(app, policy.deny)) return forbid(`${name} or its author is on the deny list.`)
  if (policy.run !== 'any' && !isIn(app, policy.allow)) {
    if (policy.run === 'listed') return forbid(`${name} is not on the allow list, and only listed applications run.`)
    if (certifications === null) return forbid(`No registry has told yet who certified ${name}.`)
    const believed = certifications.filter(({ validator }) => policy.validators.includes(validator))
    if (believed.some(({ verdict }) => verdict === 'denounced')) return forbid(`A validator denounced ${name}.`)
    if (believed.length === 0) return forbid(`None of the ${policy.validators.length} validators certified ${name}.`)
  }
  if (manifest.gpu && !policy.gpu) return forbid(`${name} needs a GPU, and none is lent.`)
  const cut = cutBelowManifest(manifest, policy.max)
  if (cut !== null) return forbid(`${name} ${cut}`)
  const hosts = outboundOf(manifest)
  if (hosts.length > 0 && policy.network === 'never') return forbid(`${name} needs the network (${hosts.join(', ')}).`)
  const unlisted = policy.network === 'any' ? undefined : hosts.find((host) => !policy.hosts.includes(host))
  return unlisted === undefined ? null : forbid(`${name} needs ${unlisted}, which is not on the list of hosts.`)
}

/** Whether an application is allowed by name, whatever others say of it. */
export const isAllowedApp = (
  { manifest, manifestCid }: Pick<AppInPolicy, 'manifest' | 'manifestCid'>,
  { allow }: Pick<ProviderPolicy, 'allow'>,
): boolean => isIn({ manifest, manifestCid }, allow)

const isIn = ({ manifest, manifestCid }: Pick<AppInPolicy, 'manifest' | 'manifestCid'>, list: PolicyList): boolean =>
  list.apps.includes(manifest.name) || list.apps.includes(manifestCid) || list.authors.includes(manifest.author)

/** Why a requestor is not served, or null where it is. */
export function declineRequestor(requestor: Address, { allow, deny }: ProviderPolicy): Refusal | null {
  if (deny.requestors.includes(requestor)) return forbid('Its requestor is on the deny list.')
  if (allow.requestors.length > 0 && !allow.requestors.includes(requestor)) {
    return forbid('Its requestor is not on the allow list, and only those on it are served.')
  }
  return null
}

const MIB = 1024 ** 2
const SEEN_AS = { memoryBytes: 'memory', outputBytes: 'outputs', outputFiles: 'outputs' } as const
type SeenLimit = keyof typeof SEEN_AS

function amount(name: SeenLimit, most: number): string {
  if (name === 'outputFiles') return `${most} files`
  return most < MIB ? `${most} bytes` : `${Number((most / MIB).toFixed(2))} MiB`
}

/**
 * Limits that a module is told of as it meets them, so that its answer may depend on them: whoever checks it has those of the
 * manifest. A command that is refused an output has no answer; a module that speaks the protocol can go on.
 */
function seenLimits({ runtime }: Pick<Manifest, 'runtime'>): readonly SeenLimit[] {
  if (runtime.kind !== 'wasm') return []
  return runtime.interface === 'command' ? ['memoryBytes'] : ['memoryBytes', 'outputBytes', 'outputFiles']
}

function cutBelowManifest(manifest: Manifest, max: PolicyBounds): string | null {
  for (const name of seenLimits(manifest)) {
    const [asked, granted] = [manifest.limits[name], max[name]]
    if (granted === undefined || granted >= asked) continue
    const why = 'a module that sees less than elsewhere could answer otherwise'
    return `needs ${amount(name, asked)} of ${SEEN_AS[name]}, and is granted ${amount(name, granted)}: ${why}.`
  }
  return null
}

/** The smaller of what is asked and what is granted; what a module sees of its limits is as its manifest says, or it is declined. */
export function boundedLimits(manifest: Pick<Manifest, 'runtime' | 'limits'>, max: PolicyBounds): Limits {
  const { limits: asked } = manifest
  const seen: readonly (keyof Limits)[] = seenLimits(manifest)
  const least = (name: keyof Limits): number =>
    seen.includes(name) ? asked[name] : Math.min(asked[name], max[name] ?? asked[name])
  return {
    memoryBytes: least('memoryBytes'),
    pids: least('pids'),
    cores: least('cores'),
    wallMs: least('wallMs'),
    diskBytes: least('diskBytes'),
    outputBytes: least('outputBytes'),
    outputFiles: least('outputFiles'),
    fileBytes: least('fileBytes'),
    logBytes: least('logBytes'),
  }
}

const forbid = (message: string): Refusal => ({ code: 'POLICY_FORBIDS', message })
