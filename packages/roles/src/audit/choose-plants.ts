import { lossAtStake, plantRate, reputationOf } from '@golem/market'
import { type Address, auditorsOf, type Cid } from '@golem/protocol'
import type { DrawnWork } from './announce-batch.ts'
import type { AuditServices } from './audit-services.ts'

/** Plants that one auditor gets for one real audit at most: who is never believed is never asked. */
const MOST = 2

/**
 * Which plants are used: for each auditor so many that saying yes unseen does not pay, by what it would lose. Each goes to
 * whom it was drawn for, like everything else in the batch.
 */
export async function choosePlants(
  { auditing, book, clock, randomBytes }: AuditServices,
  { manifest, audits, plants }: { manifest: Cid; audits: readonly DrawnWork[]; plants: readonly DrawnWork[] },
): Promise<DrawnWork[]> {
  const application = auditorsOf(manifest)
  const chosen: DrawnWork[] = []
  const drawn = new Set(audits.flatMap(({ seats }) => seats.slice(0, 1)))
  for (const auditor of drawn) {
    const own = audits.filter(({ seats }) => seats[0] === auditor)
    const feeWei = Number(own.reduce((sum, { feeWei: each }) => sum + each, 0n)) / own.length
    const stakeWei = Number(await auditing.agedWei(auditor).catch(() => 0n))
    const rate = plantRate({ feeWei, lossWei: lossOf(auditor, { feeWei, stakeWei }) })
    // `rate` of all that it gets, known and unknown.
    const wanted = Math.min(MOST, rate < 1 ? rate / (1 - rate) : MOST) * own.length
    const count = Math.floor(wanted) + (chance(randomBytes) < wanted % 1 ? 1 : 0)
    chosen.push(...plants.filter(({ seats }) => seats[0] === auditor).slice(0, count))
  }
  return chosen

  function lossOf(auditor: Address, { feeWei, stakeWei }: { feeWei: number; stakeWei: number }): number {
    const record = book?.ofProvider(auditor, application)
    if (record === undefined)
      return lossAtStake({ unpaidWei: 0, stakeWei, standingWei: 0, ownRecentWei: 0, recentWei: 0 })
    const { standingWei, recentWei } = reputationOf([{ record, isOwn: true }], { nowMs: clock.now(), payWei: feeWei })
    return lossAtStake({ unpaidWei: 0, stakeWei, standingWei, ownRecentWei: recentWei, recentWei })
  }
}

const chance = (randomBytes: (length: number) => Uint8Array): number =>
  new DataView(randomBytes(4).buffer).getUint32(0) / 2 ** 32
