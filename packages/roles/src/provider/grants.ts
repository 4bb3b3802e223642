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
import type { Address, Cid, Limits, Manifest } from '@golem/protocol'
import type { Logger } from '../logger.ts'

/** The registry is asked again after this. */
const FRESH_MS = 60_000

type Judged = { manifest: Manifest; manifestCid: Cid }

/** The provider's policy, asked before every offer, agreement and subtask: a change of it counts at the next. */
export type Grants = {
  policy(): ProviderPolicy
  declineApp(app: Judged): Refusal | null
  declineRequestor(requestor: Address): Refusal | null
  /** Enforced for its next program: the smaller of what the manifest asks and what the policy grants. */
  limitsOf(app: Judged): Limits
  /** Asks the registry, where the policy goes by it and what is known of these is not fresh. */
  refresh(apps: readonly Judged[]): Promise<void>
}

type Components = { registry: Registry | null; clock: Clock; logger: Logger }

export function createGrants(
  { registry, clock, logger }: Components,
  { policy = () => DEFAULT_POLICY }: { policy?: () => ProviderPolicy } = {},
): Grants {
  const known = new Map<Cid, { certifications: Certification[]; atMs: number }>()
  return {
    policy,
    declineApp: (app) =>
      declineApp({ ...app, certifications: known.get(app.manifestCid)?.certifications ?? null }, policy()),
    declineRequestor: (requestor) => declineRequestor(requestor, policy()),
    limitsOf: ({ manifest }) => boundedLimits(manifest.limits, policy().max),
    refresh: async (apps) => {
      if (registry === null || policy().run !== 'certified') return
      const nowMs = clock.now()
      const stale = apps.filter(({ manifestCid }) => nowMs - (known.get(manifestCid)?.atMs ?? -Infinity) >= FRESH_MS)
      for (const { manifestCid } of stale) {
        try {
          known.set(manifestCid, { certifications: await registry.certifications(manifestCid), atMs: nowMs })
        } catch (error) {
          // What was known goes on to hold; what was not stays uncertified.
          logger.warn({ manifest: manifestCid, error: String(error) }, 'the registry does not answer')
        }
      }
    },
  }
}
