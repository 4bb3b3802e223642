import { priceOf } from '@golem/protocol'
import { remainingMs } from './remaining.ts'

/** A subtask nobody computes at the moment. */
export type WaitingSubtask = {
  id: string
  units: number
  /** Agreements that failed at it: asked again only where there is no other. */
  failedOn: readonly string[]
  /** Where others compute the same: what they have in common, and the agreements that have a copy of it and get no other. */
  copyOf?: { family: string; heldBy: readonly string[] }
}

/** One attempt under way. */
export type RunningAttempt = {
  subtask: string
  agreement: string
  units: number
  /** null: handed over, and waiting there for a core. */
  startedAtMs: number | null
  /** As the provider reports, 0 to 1. */
  fraction: number
}

/** A provider under agreement, as the allocation sees it. */
export type Worker = {
  agreement: string
  /** Providers that are paid by one channel draw on one credit. */
  channel: string
  /** Cores that it is believed to have. */
  cores: number
  /** How long it will take to get what its first subtask needs; 0 where that is there. See `fetchLeftMs`. */
  fetchMs: number
  /** Measured by its verified subtasks; by its offer until there are some. */
  msPerUnit: number
  pricePerCoreHourWei: bigint
  /** Subtasks of it that were accepted. */
  accepted: number
  /** Subtasks that it has delivered, and that are not judged yet. */
  unsettled: number
  /** Value delivered or in progress, and not accepted; of other jobs, too. */
  outstandingWei: bigint
  unpaidLimitWei: bigint
  /** Proven on chain, and neither owed nor outstanding. */
  provenLeftWei: bigint
}

export type AllocationInput = {
  nowMs: number
  waiting: readonly WaitingSubtask[]
  running: readonly RunningAttempt[]
  /** Subtasks that somebody has delivered, and that wait for their check: nobody tries them besides. */
  delivered: ReadonlySet<string>
  workers: readonly Worker[]
  /** Budget less what was spent and what is outstanding. */
  budgetLeftWei: bigint
}

export type Assign = { subtask: string; agreement: string; priceWei: bigint; speculative: boolean }
/** What keeps work from being handed out. `busy` is the healthy one: all lent cores compute. */
export type Block = 'no-workers' | 'budget' | 'funding' | 'unpaid-limit' | 'busy' | null
export type Allocation = { assign: Assign[]; block: Block }

/** Simulated per tick at most, so that a job of 100,000 subtasks allocates in constant time. */
export const ALLOCATION_HORIZON = 400
/** One subtask per provider waits there, so that the next begins without a round trip. */
const PREFETCH = 1
/**
 * Subtasks that are short beside a round trip and a commit to the disk wait there by the time they take instead: work for
 * so long is ahead of each core, no more than so many of a provider, and so many for each of its that was accepted: that is
 * how it shows how long they take there. Which are short is told by their estimate: what passes here while a provider has
 * one of them is mostly the way there and back, for as long as it gets them one by one. A provider is filled up when half of
 * that is left: what is said together costs both sides little more than one.
 */
const SHORT_UNITS = 50_000
const AHEAD_MS = 500
const AHEAD_MOST = 500
const AHEAD_PER_ACCEPTED = 2
/** A provider takes no more where 1,000 are not settled. */
const UNSETTLED_MOST = 900
/** A second attempt must promise to end in this share of the first one's remaining time. */
const SPECULATION_GAIN = 0.6

/** `runsLow`: little of what is ahead of it is left. Filled up then and not before: what is said at once costs as much as one. */
type Lane = { worker: Worker; freeAtMs: number; runsLow: boolean }

/**
 * Who computes what next: every subtask goes to the provider that would complete it first (minimum completion time),
 * which keeps machines of different speed busy to the end, and leaves work where its inputs are for as long as fetching
 * them elsewhere takes longer; when nothing waits, the attempt with the longest expected
 * remainder gets a second provider (LATE, OSDI 2008). Pure: same input, same answer.
 */
export function allocate(input: AllocationInput): Allocation {
  if (input.workers.length === 0) return { assign: [], block: 'no-workers' }
  const desk = openDesk(input)
  const assign = input.waiting.length > 0 ? handOut(input, desk) : speculate(input, desk)
  return { assign, block: assign.length > 0 ? null : desk.block() }
}

/** What can still be promised, to whom. */
function openDesk(input: AllocationInput) {
  let budgetLeft = input.budgetLeftWei
  const promised = new Map<string, bigint>()
  const promisedOf = (key: string) => promised.get(key) ?? 0n
  /** Units of the smallest subtask that a provider could not be given. */
  const refused = new Map<string, number>()
  const refusals = new Set<Exclude<Block, null>>()
  return {
    /** Takes the price from budget and credit, or says why not. */
    take(worker: Worker, units: number): bigint | null {
      const price = priceOf(units, worker.pricePerCoreHourWei)
      const outstanding = worker.outstandingWei + promisedOf(worker.agreement)
      const refusal =
        price > budgetLeft
          ? 'budget'
          : price > worker.provenLeftWei - promisedOf(worker.channel)
            ? 'funding'
            : outstanding > 0n && outstanding + price > worker.unpaidLimitWei
              ? 'unpaid-limit'
              : null
      if (refusal) {
        refusals.add(refusal)
        refused.set(worker.agreement, Math.min(units, refused.get(worker.agreement) ?? units))
        return null
      }
      budgetLeft -= price
      for (const key of new Set([worker.agreement, worker.channel])) promised.set(key, promisedOf(key) + price)
      return price
    },
    /** False for whoever was refused as much before: others get it, however fast this one says it is. */
    isOpenTo: (worker: Worker, units: number) => units < (refused.get(worker.agreement) ?? Number.POSITIVE_INFINITY),
    block(): Block {
      if (input.waiting.length === 0) return null
      for (const reason of ['budget', 'funding', 'unpaid-limit'] as const) {
        if (refusals.has(reason) && input.running.length === 0) return reason
      }
      return 'busy'
    },
  }
}

function openLanes(input: AllocationInput): Lane[] {
  const lanes: Lane[] = []
  for (const worker of input.workers) {
    const free = Array.from({ length: worker.cores }, () => input.nowMs + worker.fetchMs)
    for (const attempt of input.running.filter((entry) => entry.agreement === worker.agreement)) {
      const earliest = free.indexOf(Math.min(...free))
      free[earliest] = Math.max(free[earliest] ?? 0, input.nowMs) + remainingMs(input.nowMs, attempt, worker.msPerUnit)
    }
    for (const freeAtMs of free) lanes.push({ worker, freeAtMs, runsLow: freeAtMs - input.nowMs <= AHEAD_MS / 2 })
  }
  return lanes
}

function handOut(input: AllocationInput, desk: ReturnType<typeof openDesk>): Assign[] {
  const lanes = openLanes(input)
  const totalCores = input.workers.reduce((sum, worker) => sum + worker.cores, 0)
  const prefetch = input.waiting.length > totalCores ? PREFETCH : 0
  const held = new Map(input.workers.map(({ agreement }) => [agreement, 0]))
  for (const { agreement } of input.running) held.set(agreement, (held.get(agreement) ?? 0) + 1)
  const hasRoom = ({ worker, freeAtMs, runsLow }: Lane, { units }: WaitingSubtask): boolean => {
    const count = held.get(worker.agreement) ?? 0
    if (units <= SHORT_UNITS && count + worker.unsettled >= UNSETTLED_MOST) return false
    if (count < worker.cores + prefetch) return true
    if (units > SHORT_UNITS || !runsLow || freeAtMs + units * worker.msPerUnit - input.nowMs > AHEAD_MS) return false
    return count < Math.min(AHEAD_MOST, worker.cores + prefetch + worker.accepted * AHEAD_PER_ACCEPTED)
  }
  const holders = new Map<string, Set<string>>()
  for (const { copyOf } of input.waiting) if (copyOf) holders.set(copyOf.family, new Set(copyOf.heldBy))
  const heldBy = ({ copyOf }: WaitingSubtask) => (copyOf ? holders.get(copyOf.family) : undefined)
  const assign: Assign[] = []
  for (const task of input.waiting.slice(0, ALLOCATION_HORIZON)) {
    let lane = soonest(lanes, task, heldBy, desk.isOpenTo)
    while (lane && hasRoom(lane, task)) {
      const { agreement } = lane.worker
      const priceWei = desk.take(lane.worker, task.units)
      if (priceWei !== null) {
        held.set(agreement, (held.get(agreement) ?? 0) + 1)
        heldBy(task)?.add(agreement)
        assign.push({ subtask: task.id, agreement, priceWei, speculative: false })
        break
      }
      lane = soonest(lanes, task, heldBy, desk.isOpenTo)
    }
    if (lane) lane.freeAtMs += task.units * lane.worker.msPerUnit
  }
  return assign
}

/** Whoever failed at it is asked again only where there is nobody else: a single failure may be the machine's mood. */
function soonest(
  all: readonly Lane[],
  task: WaitingSubtask,
  heldBy: (task: WaitingSubtask) => ReadonlySet<string> | undefined,
  isOpenTo: (worker: Worker, units: number) => boolean,
): Lane | undefined {
  const lanes = all.filter(({ worker }) => isOpenTo(worker, task.units) && heldBy(task)?.has(worker.agreement) !== true)
  const others = lanes.filter((lane) => !task.failedOn.includes(lane.worker.agreement))
  let best: Lane | undefined
  let bestEnd = Number.POSITIVE_INFINITY
  for (const lane of others.length > 0 ? others : lanes) {
    const end = lane.freeAtMs + task.units * lane.worker.msPerUnit
    if (end < bestEnd) {
      best = lane
      bestEnd = end
    }
  }
  return best
}

function speculate(input: AllocationInput, desk: ReturnType<typeof openDesk>): Assign[] {
  const byAgreement = new Map(input.workers.map((worker) => [worker.agreement, worker]))
  const attempts = new Map<string, number>()
  for (const { subtask } of input.running) attempts.set(subtask, (attempts.get(subtask) ?? 0) + 1)
  const late = input.running
    .filter(({ subtask }) => attempts.get(subtask) === 1 && !input.delivered.has(subtask))
    .map((attempt) => {
      // Whoever is not there any more may never come back.
      const worker = byAgreement.get(attempt.agreement)
      const remaining = worker ? remainingMs(input.nowMs, attempt, worker.msPerUnit) : Number.POSITIVE_INFINITY
      return { attempt, remaining }
    })
    .sort((a, b) => (a.remaining === b.remaining ? 0 : b.remaining - a.remaining))
  const idle = input.workers
    .flatMap((worker) => {
      const busy = input.running.filter((attempt) => attempt.agreement === worker.agreement).length
      return Array.from({ length: Math.max(0, worker.cores - busy) }, () => worker)
    })
    .sort((a, b) => a.fetchMs - b.fetchMs || a.msPerUnit - b.msPerUnit)
  const assign: Assign[] = []
  for (const worker of idle) {
    const choice = late.findIndex(
      ({ attempt, remaining }) =>
        attempt.agreement !== worker.agreement &&
        worker.fetchMs + attempt.units * worker.msPerUnit < remaining * SPECULATION_GAIN,
    )
    const chosen = late[choice]
    if (!chosen) continue
    const priceWei = desk.take(worker, chosen.attempt.units)
    if (priceWei === null) continue
    late.splice(choice, 1)
    assign.push({ subtask: chosen.attempt.subtask, agreement: worker.agreement, priceWei, speculative: true })
  }
  return assign
}
