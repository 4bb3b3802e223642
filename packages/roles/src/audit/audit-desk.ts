import { address, agreementId, bytes32, cid, GolemError, timestampMs, type Wei, wei } from '@golem/protocol'
import { z } from 'zod'
import type { Audits, JobDesk } from '../requestor/job-desk.ts'
import { checkOf } from '../requestor/job-state.ts'
import { auditBatch, type BatchOutcome } from './audit-batch.ts'
import type { AuditServices } from './audit-services.ts'
import type { Finished } from './batch-works.ts'
import { type Journal, openJournal } from './journal.ts'

/** Finished work is committed to when so much has come together, or after so long, or when the job has ended. */
const EPOCH_WORKS = 1_024
const EPOCH_MS = 60_000
/** Jobs whose audits' cost is remembered. */
const MAX_JOBS = 1_000

const auditedNote = z.object({
  job: z.string(),
  subtask: z.string(),
  provider: address,
  agreementId: bytes32,
  index: z.number(),
  root: bytes32,
  isPlanted: z.boolean(),
  /** null where nothing was found out. */
  outcome: z.enum(['right', 'withhold', 'penalise', 'split', 'unclear']).nullable(),
  words: z.array(
    z.object({ auditor: address, isAccepted: z.boolean(), isWrong: z.boolean(), verdict: cid, feeWei: wei }),
  ),
  atMs: timestampMs,
})
/** Work of this node's that others audited. */
export type AuditedNote = z.infer<typeof auditedNote>

/** Gathers the finished work of jobs that want auditors, and has it audited, batch by batch. */
export type AuditDesk = Audits & {
  /** Newest first. */
  notes(atMost: number): AuditedNote[]
  stop(): Promise<void>
}

type Open = { desk: JobDesk; attempts: Finished[]; who: 'any' | 'followed'; name: string; closing: AbortController }

export function createAuditDesk(services: AuditServices): AuditDesk {
  const { storage, clock, logger } = services
  const journal: Journal<AuditedNote> = openJournal(services, { prefix: 'audited/', schema: auditedNote })
  const open = new Map<string, Open>()
  const spent = new Map<string, Wei>()
  const stopping = new AbortController()
  let epochs = 0
  let last: Promise<void> = Promise.resolve()

  const warn = (job: string) => (error: unknown) => {
    if (!stopping.signal.aborted) logger.warn({ job, error: String(error) }, 'finished work was not audited')
  }
  const note = ({ state }: JobDesk, { root, outcomes, spentWei }: BatchOutcome): void => {
    const job = state.request.id
    spent.set(job, (spent.get(job) ?? 0n) + spentWei)
    if (spent.size > MAX_JOBS) spent.delete(spent.keys().next().value as string)
    for (const { work, outcome, words } of outcomes) {
      const { subtaskId, provider, terms, delivered, isPlanted, feeWei } = work
      journal.note({
        ...{ job, subtask: subtaskId, provider, index: delivered.index, root, isPlanted, outcome },
        agreementId: agreementId(terms),
        words: words.map(({ auditor, isAccepted, isWrong, verdict }) => {
          return { auditor, isAccepted, isWrong, verdict, feeWei: isWrong ? 0n : feeWei }
        }),
        atMs: clock.now(),
      })
    }
  }
  const run = async ({ desk, attempts, who, name }: Open): Promise<void> => {
    const job = desk.state.request.id
    try {
      stopping.signal.throwIfAborted()
      const epoch = { desk, attempts, who, spentWei: spent.get(job) ?? 0n }
      const outcome = await auditBatch(services, epoch, stopping.signal)
      if (outcome !== null) note(desk, outcome)
      else logger.info({ job }, 'nobody is there to audit finished work')
    } finally {
      await storage.unpin(name)
    }
  }
  const close = (job: string): void => {
    const epoch = open.get(job)
    if (epoch === undefined) return
    open.delete(job)
    epoch.closing.abort()
    last = last.then(() => run(epoch)).catch(warn(job))
  }
  const begin = (desk: JobDesk, who: 'any' | 'followed'): Open => {
    const job = desk.state.request.id
    epochs += 1
    const epoch: Open = { desk, who, attempts: [], name: `audit/${job}/${epochs}`, closing: new AbortController() }
    open.set(job, epoch)
    const signal = AbortSignal.any([stopping.signal, epoch.closing.signal])
    clock.sleep(EPOCH_MS, { signal }).then(
      () => close(job),
      () => undefined,
    )
    return epoch
  }
  /** What is drawn later has to be there then. */
  const hold = async (name: string, content: string): Promise<void> => storage.pin(cid.parse(content), name)

  return {
    add: (desk, attempt, look) => {
      const { request, inspection } = desk.state
      const { auditors = 'none' } = request
      if (auditors === 'none' || checkOf(desk.state).by === 'nobody' || attempt.delivery === null) return
      const epoch = open.get(request.id) ?? begin(desk, auditors)
      for (const content of [inspection?.inputs, attempt.delivery.outputs])
        if (content) hold(epoch.name, content).catch(warn(request.id))
      epoch.attempts.push({ attempt, look })
      if (epoch.attempts.length >= EPOCH_WORKS) close(request.id)
    },
    flush: close,
    notes: journal.entries,
    stop: async () => {
      stopping.abort(new GolemError({ code: 'NODE_STOPS', message: 'The node stops.' }))
      await last
    },
  }
}
