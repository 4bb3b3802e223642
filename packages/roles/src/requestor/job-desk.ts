import type { SaidCredit } from '@golem/market'
import type { App, Chain, Clock, Folders, Network, Sandbox, Storage, Store, StoreChange } from '@golem/ports'
import type {
  Address,
  Bytes32,
  Calibration,
  DrawChain,
  Kernel,
  Lending,
  RecoverSigner,
  Signer,
  Wei,
  WrappedKey,
} from '@golem/protocol'
import type { Auditing } from '../audit/auditing.ts'
import type { Directory } from '../directory/create-directory.ts'
import { randomHex } from '../hex-of.ts'
import type { FollowedLists } from '../lists/followed-lists.ts'
import type { Logger } from '../logger.ts'
import type { Backings } from '../trust/backings.ts'
import type { FactBook } from '../trust/fact-book.ts'
import type { Judgement } from '../trust/judgement.ts'
import type { AgreementLink, LinkState } from './agreement-link.ts'
import type { Courier } from './courier.ts'
import type { Holders } from './holders.ts'
import type { JobEvent } from './job-events.ts'
import { factsOf } from './job-facts.ts'
import { jobLogChange } from './job-log.ts'
import { type Attempt, applyJobEvent, type JobState } from './job-state.ts'
import type { LocalProgram } from './local-program.ts'
import type { Look } from './look.ts'
import type { OfferDesk } from './offer-desk.ts'
import type { Headroom } from './program-pool.ts'
import type { Settler } from './settler.ts'
import type { Treasury } from './treasury.ts'

export type RequestorComponents = {
  signer: Signer
  network: Network
  directory: Directory
  storage: Storage
  sandbox: Sandbox
  store: Store
  chain: Chain
  clock: Clock
  folders: Folders
  logger: Logger
  /** Default: none are followed. */
  lists?: FollowedLists | undefined
  /** What was seen of providers. Default: nothing is kept. */
  book?: FactBook | undefined
  /** What providers have at stake: so far they are trusted. Default: all as far as the terms go. */
  backings?: Backings | undefined
  /** Who is hired. Default: everybody. */
  judgement?: Judgement | undefined
  /** Cryptographic randomness. */
  randomBytes: (length: number) => Uint8Array
  /** Default: the pure one. */
  recoverSigner?: RecoverSigner | undefined
  /** Lets others audit finished work. Default: nobody can be asked. */
  auditing?: Auditing | undefined
}

/** Gathers what is to be audited by others. */
export type Audits = {
  /** What was accepted or rejected just now, and how it was looked at. */
  add(desk: JobDesk, attempt: Attempt, look: Look | null): void
  /** The job has ended: what was gathered is committed to now. */
  flush(job: string): void
}

export type JobServices = RequestorComponents & {
  app: App
  treasury: Treasury
  courier: Courier
  settler: Settler
  offerDesk: OfferDesk
  holders: Holders
  /** Where nobody can be asked: none. */
  audits: Audits | null
  /** Delivered by a provider or in progress there, and not accepted, in all other jobs. */
  openElsewhereWei: (job: JobState, provider: Address) => Wei
  /** Measured speed of one core here. */
  speed: number
  maxPricePerCoreHourWei: bigint
  /** Run as this machine does by itself, where nothing else is said. */
  takeProgram: (kernel?: Kernel) => Promise<LocalProgram>
  /** Of all jobs here: for programs beside each one's first. */
  headroom: Headroom
}

/** What is known of a provider beside the log: gone at a restart, and learnt again. */
export type LinkNotes = {
  link: AgreementLink
  provider: Address
  /** As it offered. */
  cores: number
  state: LinkState
  detail: string
  /** Root of the funding that it was shown since it connected. */
  announced: Bytes32 | null
  /** Acknowledged a funding since it connected, or works for nothing. */
  funded: boolean
  /** Since when its money is locked and shown, and not acknowledged; null where that is not so. */
  unfundedSinceMs: number | null
  proposedAtMs: number
  /** As it says of itself; what it is given while it is not open would come back. */
  lending: Lending
  /** Since when its work stands still, or when that ended last; what it needed then is not held against it. */
  frozenSinceMs: number | null
  thawedAtMs: number
  /** How often it stood still. */
  freezes: number
  /** How often it gave back what it had, and whether it did since it last took work. */
  givenBack: number
  hasGivenBack: boolean
  /** No assignment before: it refused one. */
  pausedUntilMs: number
  refusals: number
  /** Why it refused an assignment last. */
  refusal: string
  failures: number
  /** Subtasks that it did not know any more. */
  losses: number
  msPerUnit: number | null
  /** As it says, or as its deliveries show: the job's inputs are there. */
  holdsInputs: boolean
  /** It was told who else has them. */
  toldSources: boolean
  /** What it trusts this node with, as it said in this stream; null: nothing was said. */
  credit: SaidCredit | null
  /** Values of its draws, once some are needed. */
  chain: DrawChain | null
  /** The class that it computes in; null where it did not say. */
  calibration: Calibration | null
  /** Its answer, while it is asked in this stream. */
  calibrating: PromiseWithResolvers<void> | null
  /** What its replicas are committed to with, by index: said just before the delivery. */
  salts: Map<number, Bytes32>
  /** When it was told last that it is to stop, by index. */
  cancelledAtMs: Map<number, number>
  /** Replicas, and what is ready, that it was asked for in this stream. */
  askedToShow: Set<number>
  /** When it was first asked for what it has ready, in any stream, by index. */
  takenAtMs: Map<number, number>
  /** When it was told in this stream that others compute the same, by index. */
  sharedAtMs: Map<number, number>
}

/** One job at work: its log, its folded state, and what moves it. */
export type JobDesk = {
  readonly services: JobServices
  readonly state: JobState
  readonly links: Map<Bytes32, LinkNotes>
  /** By agreement, the greatest voucher that its provider says it has. */
  readonly heardWei: Map<Bytes32, Wei>
  /** By agreement, the job's content key for its provider. */
  readonly wrappedKeys: Map<Bytes32, WrappedKey>
  /** By which its providers show their classes: of this run of the job, so that nobody knew it before. */
  readonly classSeed: Bytes32
  /** By family, the classes in which one more replica decides something. */
  readonly askIn: Map<string, ReadonlySet<Bytes32>>
  /** Subtasks that several providers had at once. */
  readonly shared: Set<string>
  /** Progress by attempt key, 0 to 1. */
  readonly progress: Map<string, number>
  /** Outputs on their way here, by attempt key, with the time at which that began. */
  readonly fetching: Map<string, number>
  /** Providers that were not reached, with the time from which they are tried again. */
  readonly unreached: Map<Address, number>
  /** What one of those who offered can be paid before it delivers, at most; null before there were offers. */
  paidBeforeWei: Wei | null
  /** The job has ended here, and its log could not be told. */
  isUnwritten: boolean
  /** Why nothing moves, in words; null while something does. */
  waiting: string | null
  /** What it does before there is a plan. */
  phase: 'examining' | 'estimating' | 'confirming' | 'negotiating' | 'running' | 'finishing'
  /** Aborted when the job is to stop at once: shutdown of the node. */
  readonly signal: AbortSignal
  /** Writes events to the log, durably, together with `changes`, then folds them in. */
  record(events: readonly JobEvent[], changes?: readonly StoreChange[]): void
  /** Something changed that people see, and nothing is decided by. */
  changed(): void
  /** Something changed: look again. */
  wake(): void
  /** Resolves at the next wake, or after `timeoutMs`. */
  woken(timeoutMs: number): Promise<void>
  /** Ends the job with the first of these. */
  fail(error: unknown): void
  readonly failure: { error: unknown } | null
}

/** Events after which there is something to say of a provider at once; of others from time to time. */
const TELLING: ReadonlySet<JobEvent['type']> = new Set(['rejected', 'closed', 'ended'])
const TELL_MS = 5_000

type Options = { services: JobServices; state: JobState; signal: AbortSignal; onChange: () => void }

/** One for all: an error that is made anew has its stack written down. */
const WOKEN = new Error('The job goes on.')

export function createJobDesk({ services, state, signal, onChange }: Options): JobDesk {
  let next = Promise.withResolvers<void>()
  let failure: { error: unknown } | null = null
  let toldAtMs = services.clock.now()
  /** What a crash leaves out here is told by the log, when the job ends. */
  const noteFacts = (events: readonly JobEvent[]) => {
    const nowMs = services.clock.now()
    if (services.book === undefined) return
    if (nowMs - toldAtMs < TELL_MS && !events.some(({ type }) => TELLING.has(type))) return
    toldAtMs = nowMs
    services.book.note(factsOf(state, { isDeterministic: services.app.manifest.runtime.kind === 'wasm' }))
  }
  const wake = () => {
    onChange()
    next.resolve()
  }
  return {
    services,
    state,
    links: new Map(),
    heardWei: new Map(),
    wrappedKeys: new Map(),
    classSeed: randomHex(services.randomBytes),
    askIn: new Map(),
    shared: new Set(),
    progress: new Map(),
    fetching: new Map(),
    unreached: new Map(),
    paidBeforeWei: null,
    isUnwritten: false,
    waiting: null,
    phase: 'examining',
    signal,
    record: (events, changes = []) => {
      services.store.commit([jobLogChange(state.request.id, events), ...changes])
      for (const event of events) applyJobEvent(state, event)
      noteFacts(events)
      wake()
    },
    changed: onChange,
    wake,
    woken: async (timeoutMs) => {
      const timer = new AbortController()
      const timeout = services.clock
        .sleep(timeoutMs, { signal: AbortSignal.any([signal, timer.signal]) })
        .catch(() => undefined)
      await Promise.race([next.promise, timeout])
      timer.abort(WOKEN)
      // One loop waits at a time; what wakes it while it looks makes it look again.
      next = Promise.withResolvers()
    },
    fail: (error) => {
      failure ??= { error }
      wake()
    },
    get failure() {
      return failure
    },
  }
}
