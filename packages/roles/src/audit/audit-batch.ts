import { chooseAudits, mostForAudits } from '@golem/market'
import type { Address, Bytes32, Cid, Wei } from '@golem/protocol'
import type { JobDesk } from '../requestor/job-desk.ts'
import { type AnnouncedBatch, announceBatch, type DrawnWork, drawnWork, firstSeats } from './announce-batch.ts'
import { type AuditPurse, openAuditPurse } from './audit-purse.ts'
import type { AuditServices } from './audit-services.ts'
import { auditWork, type WorkOutcome } from './audit-work.ts'
import { batchWorks, type Finished } from './batch-works.ts'
import { choosePlants } from './choose-plants.ts'
import { findAuditors } from './find-auditors.ts'
import { inLanes } from './in-lanes.ts'
import { noteOutcomes } from './note-outcomes.ts'

/** Plants for each auditor: which are used depends on who is drawn for them. */
const PLANTS_EACH = 2
/** Works that are audited at once; each auditor does one after another. */
const LANES = 8
export type Epoch = { desk: JobDesk; attempts: readonly Finished[]; who: 'any' | 'followed'; spentWei: Wei }
export type BatchOutcome = { root: Bytes32; outcomes: WorkOutcome[]; spentWei: Wei }

/**
 * Has a batch of finished work audited: commits to it, lets a later block draw, asks who was drawn, weighs what they say,
 * pays them and notes what was found out.
 *
 * @returns null where nobody audits this application
 */
export async function auditBatch(
  services: AuditServices,
  epoch: Epoch,
  signal: AbortSignal,
): Promise<BatchOutcome | null> {
  const { desk, attempts, who, spentWei } = epoch
  const { request, budgetWei } = desk.state
  const { manifestCid: manifest } = desk.services.app
  const found = await findAuditors(services, { manifest, who }, signal)
  const works = batchWorks(desk, attempts, found.length * PLANTS_EACH)
  if (found.length === 0 || works.length === 0) return null
  const batch = await announceBatch(services, desk, { works, found }, signal)
  const drawn = works.map((work) => drawnWork(batch, work)).filter(({ seats }) => seats.length > 0)
  const real = drawn.filter(({ isPlanted }) => !isPlanted)
  const plants = drawn.filter(({ isPlanted }) => isPlanted)
  const audits = chooseAudits(real)
  const leftWei = mostForAudits(budgetWei ?? 0n) - spentWei
  const chosen = affordable([...audits, ...(await choosePlants(services, { manifest, audits, plants }))], leftWei)
  const purse = openAuditPurse(services, `audits of job ${request.id}`, signal)
  try {
    await purse.need(feesOf(chosen.flatMap((work) => firstSeats(work).map((auditor) => [auditor, work.feeWei]))))
    const outcomes = await inLanes(chosen, LANES, (work) => auditWork(services, { desk, batch, purse, work }, signal))
    const earned = await payAll(purse, batch, outcomes)
    await noteOutcomes(services, { batch, outcomes })
    return { root: batch.body.root, outcomes, spentWei: earned }
  } finally {
    purse.close()
  }
}

/** As many, in their order, as fit into what may be spent. */
function affordable(works: readonly DrawnWork[], leftWei: Wei): DrawnWork[] {
  let sumWei = 0n
  return works.filter((work) => {
    const costWei = work.feeWei * BigInt(firstSeats(work).length)
    if (sumWei + costWei > leftWei) return false
    sumWei += costWei
    return true
  })
}

function feesOf(fees: readonly (readonly [Address, Wei])[]): Map<Address, Wei> {
  const sums = new Map<Address, Wei>()
  for (const [auditor, feeWei] of fees) sums.set(auditor, (sums.get(auditor) ?? 0n) + feeWei)
  return sums
}

/** Everybody whose word was not shown to be wrong. */
async function payAll(
  purse: AuditPurse,
  { body, contacts }: AnnouncedBatch,
  outcomes: readonly WorkOutcome[],
): Promise<Wei> {
  const earned = new Map<Address, { works: Cid[]; feeWei: Wei }>()
  for (const { words, work, record } of outcomes)
    for (const { auditor, isWrong } of words) {
      if (isWrong) continue
      const sum = earned.get(auditor) ?? { works: [], feeWei: 0n }
      earned.set(auditor, { works: [...sum.works, record], feeWei: sum.feeWei + work.feeWei })
    }
  await Promise.all(
    [...earned].map(async ([auditor, { works, feeWei }]) => {
      const found = contacts.get(auditor)
      if (found !== undefined) await purse.pay(found, { root: body.root, works, feeWei })
    }),
  )
  return [...earned.values()].reduce((sum, { feeWei }) => sum + feeWei, 0n)
}
