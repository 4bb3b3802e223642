import type {
  BatchedDelivery,
  Bytes32,
  Funding,
  Hex,
  Json,
  PeerContact,
  Plan,
  Problem,
  RejectionEvidence,
  Signature,
  Terms,
  Usage,
  Wei,
  Words,
} from '@golem/protocol'
import type { AskedCheck, JobCheck } from './chosen-check.ts'
import type { Examination } from './examine.ts'

/** What a person asked for. */
export type JobRequest = {
  id: string
  app: string
  /** As parsed by the application, defaults included. */
  parameters: Json
  title: string
  /** What its results and subtasks are called. */
  words: Words
  outDir: string
  /** null: the upper bound of the estimate. */
  budgetWei: Wei | null
  /** From the moment it starts. */
  deadlineMs: number
  confirm: boolean
  offerTimeoutMs: number
  createdAtMs: number
  /** Hex of the key that seals what this job's providers get and give; where its inputs are private. */
  contentKey?: Hex
  /** What its person asks for beyond the application's own check. */
  check?: AskedCheck
  /** Who may audit its finished work, and so read what it moves. Left out: nobody. */
  auditors?: AskedAuditors
}

/** `any`: who has something at stake for that; `followed`: whom this node follows. */
export type AskedAuditors = 'any' | 'followed' | 'none'

/** What an agreement's chain of draws follows from; kept, so that a restart reveals the same. */
export type ChainSecret = { secret: Hex; count: number }

/** Everything that ever happens to a job. The log of these is the job; restart folds it again. */
export type JobEvent =
  | { type: 'created'; atMs: number; request: JobRequest }
  | ({ type: 'inspected'; atMs: number } & Examination)
  | { type: 'estimated'; atMs: number; estimate: Json; totalUnits: number; estimateWei: Wei }
  | { type: 'confirmed'; atMs: number; budgetWei: Wei; deadlineAtMs: number }
  /** `check`: as it was chosen, where it is not the plan's own. */
  | { type: 'planned'; atMs: number; plan: Plan; check?: JobCheck }
  | {
      type: 'agreed'
      atMs: number
      agreement: Bytes32
      terms: Terms
      providerSignature: Signature
      contact: PeerContact
      cores: number
      speed: number
      /** Whether checks are drawn by a chain, and which. */
      draws?: ChainSecret
    }
  | { type: 'funded'; atMs: number; agreement: Bytes32; funding: Funding }
  | {
      type: 'assigned'
      atMs: number
      agreement: Bytes32
      index: number
      subtask: string
      priceWei: Wei
      speculative: boolean
    }
  | {
      type: 'delivered'
      atMs: number
      agreement: Bytes32
      index: number
      outputs: string
      /** The provider's word for these outputs. */
      signature: Signature
      result: Json
      usage: Usage
    }
  /** A replica is computed, and shown once all copies are. */
  | { type: 'committed'; atMs: number; agreement: Bytes32; index: number; commitment: Bytes32 }
  /** It is computed, and delivered when that is asked for: others may have computed the same. */
  | { type: 'ready'; atMs: number; agreement: Bytes32; index: number }
  /** One more provider is to compute what `of` computes; or, where that was decided without it, none any more. */
  | { type: 'copied'; atMs: number; of: string; copy: string }
  | { type: 'uncopied'; atMs: number; subtask: string }
  /** A batch as it was signed, whole, so that each of its deliveries can be proven. */
  | { type: 'delivered-many'; atMs: number; agreement: Bytes32; signature: Signature; deliveries: BatchedDelivery[] }
  /** Deliveries that were not taken named draws up to this one: what they are checked by is no secret any more. */
  | { type: 'drawn'; atMs: number; agreement: Bytes32; draw: number }
  /**
   * `unseen`: nothing of it was done again. `unused`: it is paid, and is no result: nobody is left to compare it with.
   */
  | { type: 'accepted'; atMs: number; agreement: Bytes32; index: number; how: string; unseen?: true; unused?: true }
  | {
      type: 'rejected'
      atMs: number
      agreement: Bytes32
      index: number
      code: string
      message: string
      evidence: Json
      /** What the provider was shown. */
      shown?: RejectionEvidence
    }
  /** An attempt that ended without a delivery to judge: refused, failed, cancelled, late, lost. */
  | { type: 'dropped'; atMs: number; agreement: Bytes32; index: number; code: string; message: string }
  /** It was dropped, and was delivered before its provider heard of that, or its provider is back with it: it is awaited again. */
  | { type: 'crossed'; atMs: number; agreement: Bytes32; index: number }
  /** The provider does not hold to the agreement any more, and is not to blame for that. */
  | { type: 'closed'; atMs: number; agreement: Bytes32; reason: string }
  | { type: 'excluded'; atMs: number; agreement: Bytes32; reason: string }
  | { type: 'merged'; atMs: number; group: string; files: string[] }
  /** A finished group is computed again; what was paid for it stays paid. */
  | { type: 'reopened'; atMs: number; group: string; budgetWei: Wei }
  /** Nothing is handed out until it is continued; what runs is finished, and agreements stay. */
  | { type: 'paused'; atMs: number }
  | { type: 'continued'; atMs: number }
  /** Counted from the beginning of the job. */
  | { type: 'budgeted'; atMs: number; budgetWei: Wei }
  | { type: 'gas'; atMs: number; what: string; feeWei: Wei; gasUsed: bigint }
  | { type: 'resumed'; atMs: number; deadlineAtMs: number; budgetWei: Wei | null }
  | { type: 'ended'; atMs: number; how: 'done' | 'failed' | 'cancelled'; files: string[]; problem: Problem | null }
