import { priceOf } from '@golem/protocol'

/** A subtask nobody computes at the moment. */
export type WaitingSubtask = {
  id: string
  units: number
  /** Agreements that failed at it: asked again only where there is no other. */
  failedOn: readonly string[]
}

/** One attempt under way. */
export type RunningAttempt = {
  subtask: string
  agreement: string
  units: number
  startedAtMs: number
  /** As the provider reports, 0 to 1. */
  fraction: number
}

/** A provider under agreement, as the allocation sees it. */
export type Worker = {
  agreement: string
  cores: number
  /** Measured by its verified subtasks; by its offer until there are some. */
  msPerUnit: number
  pricePerCoreHourWei: bigint
  /** Value delivered or in progress, and not accepted. */
  outstandingWei: bigint
  unpaidLimitWei: bigint
  /** Proven on chain, and neither owed nor outstanding. */
  provenLeftWei: bigint
}

export type AllocationInput = {
  nowMs: number
  waiting: readonly WaitingSubtask[]
  running: readonly RunningAttempt[]
  workers: readonly Worker[]
  /** Budget less what was spent and what is outstanding. */
  budgetLeftWei: bigint
}

export type Assign = { subtask: string; agreement: string; priceWei: bigint; speculative: boolean }
/** What keeps work from being handed out. `busy` is the healthy one: all lent cores compute. */
export type Block = 'no-workers' | 'budget' | 'funding' | 'unpaid-limit' | 'busy' | null
export type Allocation = { assign: Assign[]; block: Block }

/** Simulated per tick at most, so that a job of 100,000 subtasks allocates in constant time. */
const HORIZON = 400
/** One subtask per provider waits there, so that the next begins without a round trip. */
const PREFETCH = 1
/** A second attempt must promise to end in this share of the first one's remaining time. */
const SPECULATION_GAIN = 0.6

type Lane = { worker: Worker; freeAtMs: number }

/**
 * Who computes what next: every subtask goes to the provider that would complete it first (minimum completion time),
 * which keeps machines of different speed busy to the end; when nothing waits, the attempt with the longest expected
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
  const refusals = new Set<Exclude<Block, null>>()
  return {
    /** Takes the price from budget and credit, or says why not. */
    take(worker: Worker, units: number): bigint | null {
      const price = priceOf(units, worker.pricePerCoreHourWei)
      const already = promised.get(worker.agreement) ?? 0n
      const outstanding = worker.outstandingWei + already
      const refusal =
        price > budgetLeft
          ? 'budget'
          : price > worker.provenLeftWei - already
            ? 'funding'
            : outstanding > 0n && outstanding + price > worker.unpaidLimitWei
              ? 'unpaid-limit'
              : null
      if (refusal) {
        refusals.add(refusal)
        return null
      }
      budgetLeft -= price
      promised.set(worker.agreement, already + price)
      return price
    },
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
    const free = Array.from({ length: worker.cores }, () => input.nowMs)
    for (const attempt of input.running.filter((entry) => entry.agreement === worker.agreement)) {
      const earliest = free.indexOf(Math.min(...free))
      free[earliest] = Math.max(free[earliest] ?? 0, input.nowMs) + remainingMs(input.nowMs, attempt, worker)
    }
    for (const freeAtMs of free) lanes.push({ worker, freeAtMs })
  }
  return lanes
}

/** By its progress where it reports some, else by the provider's measured speed. */
function remainingMs(nowMs: number, attempt: RunningAttempt, worker: Worker): number {
  const elapsed = nowMs - attempt.startedAtMs
  const expected = attempt.units * worker.msPerUnit
  if (attempt.fraction > 0.1) return (elapsed * (1 - attempt.fraction)) / attempt.fraction
  return Math.max(expected - elapsed, expected * 0.1)
}

function handOut(input: AllocationInput, desk: ReturnType<typeof openDesk>): Assign[] {
  const lanes = openLanes(input)
  const totalCores = input.workers.reduce((sum, worker) => sum + worker.cores, 0)
  const prefetch = input.waiting.length > totalCores ? PREFETCH : 0
  const room = new Map(
    input.workers.map((worker) => [
      worker.agreement,
      worker.cores +
        prefetch -
        input.running.reduce((count, attempt) => count + (attempt.agreement === worker.agreement ? 1 : 0), 0),
    ]),
  )
  const assign: Assign[] = []
  for (const task of input.waiting.slice(0, HORIZON)) {
    const lane = soonest(lanes, task)
    if (!lane) continue
    lane.freeAtMs += task.units * lane.worker.msPerUnit
    const left = room.get(lane.worker.agreement) ?? 0
    if (left <= 0) continue
    const priceWei = desk.take(lane.worker, task.units)
    if (priceWei === null) continue
    room.set(lane.worker.agreement, left - 1)
    assign.push({ subtask: task.id, agreement: lane.worker.agreement, priceWei, speculative: false })
  }
  return assign
}

/** Whoever failed at it is asked again only where there is nobody else: a single failure may be the machine's mood. */
function soonest(lanes: readonly Lane[], task: WaitingSubtask): Lane | undefined {
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
    .filter((attempt) => attempts.get(attempt.subtask) === 1)
    .flatMap((attempt) => {
      const worker = byAgreement.get(attempt.agreement)
      return worker ? [{ attempt, remaining: remainingMs(input.nowMs, attempt, worker) }] : []
    })
    .sort((a, b) => b.remaining - a.remaining)
  const idle = input.workers
    .flatMap((worker) => {
      const busy = input.running.filter((attempt) => attempt.agreement === worker.agreement).length
      return Array.from({ length: Math.max(0, worker.cores - busy) }, () => worker)
    })
    .sort((a, b) => a.msPerUnit - b.msPerUnit)
  const assign: Assign[] = []
  for (const worker of idle) {
    const choice = late.findIndex(
      ({ attempt, remaining }) =>
        attempt.agreement !== worker.agreement && attempt.units * worker.msPerUnit < remaining * SPECULATION_GAIN,
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
