import type { Auditor } from '@golem/market'
import { auditorsOf, type Bytes32, type Cid, MAX_AUDITORS, type PeerContact, type Wei } from '@golem/protocol'
import { hexOf } from '../hex-of.ts'
import type { AuditServices } from './audit-services.ts'

/** Where nobody is found it is looked again after these: whoever has only just begun is not known everywhere yet. */
const AGAIN_MS = [2_000, 10_000] as const

export type FoundAuditor = Auditor & { contact: PeerContact }

/**
 * Who may be drawn to audit an application's work: of those who say that they do, whoever has something at stake for it, by
 * that; or those whom this node follows, each alike.
 */
export async function findAuditors(
  services: AuditServices,
  asked: Asked,
  signal: AbortSignal,
): Promise<FoundAuditor[]> {
  for (const pauseMs of AGAIN_MS) {
    const found = await look(services, asked, signal)
    if (found.length > 0) return found
    await services.clock.sleep(pauseMs, { signal })
  }
  return look(services, asked, signal)
}

type Asked = { manifest: Cid; who: 'any' | 'followed' }
async function look(
  { directory, auditing, judgement, randomBytes, logger }: AuditServices,
  { manifest, who }: Asked,
  signal: AbortSignal,
): Promise<FoundAuditor[]> {
  const near = `0x${hexOf(randomBytes(32))}` as Bytes32
  const application = auditorsOf(manifest)
  const members = await directory.members(application, near, MAX_AUDITORS, signal)
  const followed = new Set(auditing.followed())
  const weighed = members.map(async ({ body: { provider: auditor, contact } }): Promise<FoundAuditor> => {
    const isTrusted = judgement?.declineProvider(auditor, { application, payWei: 0n, isHired: false }) ?? null
    if (isTrusted !== null) return { auditor, contact, weightWei: 0n }
    if (who === 'followed') return { auditor, contact, weightWei: followed.has(auditor) ? 1n : 0n }
    const weightWei = await auditing.agedWei(auditor).catch((error: unknown): Wei => {
      logger.debug({ peer: auditor, error: String(error) }, 'nobody knows what an auditor has at stake')
      return 0n
    })
    return { auditor, contact, weightWei }
  })
  return (await Promise.all(weighed)).filter(({ weightWei }) => weightWei > 0n)
}
