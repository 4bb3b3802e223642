import {
  boundedLimits,
  type Certification,
  DEFAULT_POLICY,
  declineApp,
  declineRequestor,
  type ProviderPolicy,
  type Refusal,
} from '@golem/market'
import type { Clock, Registry } from '@golem/ports'
import type { Address, Cid, Limits, Manifest, Wei } from '@golem/protocol'
import type { FollowedLists } from '../lists/followed-lists.ts'
import type { Logger } from '../logger.ts'
import type { Judgement } from '../trust/judgement.ts'

/** The registry is asked again after this. */
const FRESH_MS = 60_000

type Judged = { manifest: Manifest; manifestCid: Cid }

/** The provider's policy, asked before every offer, agreement and subtask: a change of it counts at the next. */
export type Grants = {
  policy(): ProviderPolicy
  /** `isHired`: work of it is under way, which lists of others do not end. */
  declineApp(app: Judged, how: { isHired: boolean }): Refusal | null
  declineRequestor(requestor: Address, matter: { payWei: Wei; isHired: boolean }): Refusal | null
  /** Enforced for its next program: the smaller of what the manifest asks and what the policy grants. */
  limitsOf(app: Judged): Limits
  /** Asks the registry, where the policy goes by it and what is known of these is not fresh. */
  refresh(apps: readonly Judged[]): Promise<void>
}

type Components = {
  registry: Registry | null
  /** Default: none are followed. */
  lists?: FollowedLists
  /** Who is served. Default: everybody whom the policy lets. */
  judgement?: Judgement
  clock: Clock
  logger: Logger
}
type Known = { certifications: Certification[]; atMs: number; validators: string }

export function createGrants(
  { registry, lists, judgement, clock, logger }: Components,
  { policy = () => DEFAULT_POLICY }: { policy?: () => ProviderPolicy } = {},
): Grants {
  const known = new Map<Cid, Known>()
  /** Words of others than the policy names now count for nothing. */
  const named = () => policy().validators.join()
  const knownOf = (manifest: Cid) => {
    const found = known.get(manifest)
    return found?.validators === named() ? found : undefined
  }
  return {
    policy,
    declineApp: (app, how) =>
      declineApp({ ...app, certifications: knownOf(app.manifestCid)?.certifications ?? null }, policy()) ??
      lists?.declineApp(app, how) ??
      null,
    declineRequestor: (requestor, matter) =>
      declineRequestor(requestor, policy()) ?? judgement?.declineRequestor(requestor, matter) ?? null,
    limitsOf: ({ manifest }) => boundedLimits(manifest, policy().max),
    refresh: async (apps) => {
      if (registry === null || policy().run !== 'certified') return
      const nowMs = clock.now()
      const { validators } = policy()
      const stale = apps.filter(({ manifestCid }) => nowMs - (knownOf(manifestCid)?.atMs ?? -Infinity) >= FRESH_MS)
      for (const { manifest, manifestCid } of stale) {
        try {
          const app = { author: manifest.author, manifest: manifestCid }
          const certifications = await registry.certifications(app, validators)
          known.set(manifestCid, { certifications, atMs: nowMs, validators: validators.join() })
        } catch (error) {
          // What was known goes on to hold; what was not stays uncertified.
          logger.warn({ manifest: manifestCid, error: String(error) }, 'the registry does not answer')
        }
      }
    },
  }
}
