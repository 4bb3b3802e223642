import { auditSeed, drawAuditors } from '@golem/market'
import {
  type Address,
  type AuditBatchBody,
  auditLeaves,
  type Bytes32,
  type Cid,
  heardBy,
  merkleProof,
  rootOfLeaves,
  signAuditBatch,
  wrapContentKey,
} from '@golem/protocol'
import { sealingOf } from '../requestor/content-key.ts'
import type { JobDesk } from '../requestor/job-desk.ts'
import { askAuditor } from './ask-auditor.ts'
import type { AuditServices } from './audit-services.ts'
import { awaitBeacon } from './await-beacon.ts'
import type { BatchWork } from './batch-works.ts'
import type { FoundAuditor } from './find-auditors.ts'

/** Blocks until the one that draws: so many may be made while auditors hear of the batch. */
const BEACON_AHEAD = 4
const BEACON_MS = 15 * 60_000
/** Of rejected work two are asked: a penalty needs both. */
const FIRST_SEATS = { accepted: 1, rejected: 2 }

/** A work that was drawn: by which seed, and who is asked about it, in this order. */
export type DrawnWork = BatchWork & { seed: Bytes32; provider: Address; seats: readonly Address[] }
/** What all audits of a batch rest on. */
export type AnnouncedBatch = {
  body: AuditBatchBody
  beacon: Bytes32
  contacts: ReadonlyMap<Address, FoundAuditor>
  /** Public keys of those who heard of it in time. */
  heard: ReadonlyMap<Address, Uint8Array>
  proofOf: (work: BatchWork) => ReturnType<typeof merkleProof>
  keyFor: (auditor: Address, record: Cid) => ReturnType<typeof wrapContentKey> | undefined
}

/** Commits to a batch before its auditors, and waits for the block that draws among them. */
export async function announceBatch(
  services: AuditServices,
  desk: JobDesk,
  { works, found }: { works: readonly BatchWork[]; found: readonly FoundAuditor[] },
  signal: AbortSignal,
): Promise<AnnouncedBatch> {
  const { auditing, clock, signer, network, chain, logger } = services
  const leaves = auditLeaves(works)
  const body: AuditBatchBody = {
    format: 'golem-audit-batch/1',
    requestor: signer.address,
    contact: network.contact(),
    manifest: desk.services.app.manifestCid,
    settlement: chain.settlement,
    root: rootOfLeaves(leaves),
    count: works.length,
    auditors: found.map(({ auditor, weightWei }) => ({ auditor, weightWei })),
    beaconBlock: (await auditing.beacon.head()) + BEACON_AHEAD,
  }
  const heard = new Map<Address, Uint8Array>()
  await Promise.all(
    found.map(async ({ auditor, contact }) => {
      const request = { type: 'batch', batch: signAuditBatch(signer, body) } as const
      const reply = await askAuditor(services, contact, request, signal).catch(String)
      const key = typeof reply !== 'string' && reply.type === 'heard' ? heardBy(body, reply.signature) : null
      if (key !== null) heard.set(auditor, key)
      else logger.info({ peer: auditor, reply }, 'an auditor takes no part in a batch')
    }),
  )
  const beacon = await awaitBeacon(
    { beacon: auditing.beacon, clock },
    { block: body.beaconBlock, withinMs: BEACON_MS, nudges: true },
    signal,
  )
  const positions = new Map(works.map((work, position) => [work.id, position]))
  const { contentKey } = sealingOf(desk.state.request)
  return {
    ...{ body, beacon, heard },
    contacts: new Map(found.map((each) => [each.auditor, each])),
    proofOf: ({ id }) => merkleProof(leaves, positions.get(id) ?? 0),
    keyFor: (auditor, record) => {
      const to = heard.get(auditor)
      return contentKey === undefined || to === undefined
        ? undefined
        : wrapContentKey(contentKey, { to, context: record })
    },
  }
}

/** Who was drawn and did not hear of the batch is passed over, as if it had stayed away. */
export function drawnWork({ body, beacon, heard }: AnnouncedBatch, work: BatchWork): DrawnWork {
  const seed = auditSeed({ batchRoot: body.root, beacon, work: work.id })
  const { requestor, provider } = work.terms
  const seats = drawAuditors(body.auditors, { seed, without: [requestor, provider] })
  return { ...work, seed, provider, seats: seats.filter((auditor) => heard.has(auditor)) }
}

/** Who is asked in any case: their fees are locked together. */
export const firstSeats = ({ seats, isRejected }: DrawnWork): readonly Address[] =>
  seats.slice(0, isRejected ? FIRST_SEATS.rejected : FIRST_SEATS.accepted)
