/** A provider under agreement, as the funding sees it. */
export type FundedWorker = {
  agreement: string
  /** Cores per ms of a unit: how much of the work it will take. */
  speed: number
  pricePerCoreHourWei: bigint
  /** Proven on chain, and neither owed nor outstanding. */
  provenLeftWei: bigint
  /** Holds on to its work, or never says that it is funded: what is locked for it moves nothing. */
  isStalled: boolean
}

export type FundingInput = {
  /** Those who come first are served first where money is short. */
  workers: readonly FundedWorker[]
  /** Price of the work that nobody was assigned yet, at the given price. */
  remainingWei: (pricePerCoreHourWei: bigint) => bigint
  /** Price of the largest subtask that waits. */
  largestWei: (pricePerCoreHourWei: bigint) => bigint
  budgetLeftWei: bigint
  /** What can be locked now. */
  availableWei: bigint
}

/** Speeds are guesses at first: a share is locked with this margin, in per cent. */
const MARGIN_PERCENT = 130n
/**
 * Locked for those who work, at once, in budgets: shares are guesses, and what is locked for one provider does nothing
 * for another. Nothing of it is spent without a voucher.
 */
const MOST_LOCKED = 2n

type Want = { agreement: string; neededWei: bigint; wantedWei: bigint }

/**
 * What to lock for whom next. Nobody gets more than the budget left, and nobody is topped up before it is short of two
 * subtasks, so that a job costs few transactions. Where there is not enough for everybody's share, each gets a subtask's
 * worth as long as that lasts.
 */
export function planFunding(input: FundingInput): { agreement: string; addWei: bigint }[] {
  const wants = input.workers.filter((worker) => !worker.isStalled).flatMap((worker) => wantOf(input, worker))
  let left = minimum(MOST_LOCKED * input.budgetLeftWei - creditAtWork(input), input.availableWei)
  const adds = wants.map(({ neededWei }) => {
    if (neededWei > left) return 0n
    left -= neededWei
    return neededWei
  })
  const missing = wants.reduce((sum, { wantedWei }, i) => sum + wantedWei - (adds[i] ?? 0n), 0n)
  const extra = maximum(0n, minimum(left, missing))
  return wants.flatMap(({ agreement, wantedWei }, i) => {
    const firstWei = adds[i] ?? 0n
    const addWei = firstWei + (missing === 0n ? 0n : ((wantedWei - firstWei) * extra) / missing)
    return addWei > 0n ? [{ agreement, addWei }] : []
  })
}

function wantOf({ workers, remainingWei, largestWei, budgetLeftWei }: FundingInput, worker: FundedWorker): Want[] {
  const { agreement, pricePerCoreHourWei, provenLeftWei } = worker
  const largest = largestWei(pricePerCoreHourWei)
  if (largest === 0n || provenLeftWei >= 2n * largest) return []
  const total = workers.reduce((sum, { speed }) => sum + speed, 0)
  const share = BigInt(Math.ceil((worker.speed / total) * 1_000))
  const expected = (remainingWei(pricePerCoreHourWei) * share * MARGIN_PERCENT) / 100_000n
  const wantedWei = minimum(maximum(expected, 2n * largest), budgetLeftWei) - provenLeftWei
  if (wantedWei <= 0n) return []
  const neededWei = maximum(0n, minimum(largest, budgetLeftWei) - provenLeftWei)
  return [{ agreement, neededWei, wantedWei }]
}

/** What is locked for providers that can take any subtask that waits; crumbs count for nothing. */
const creditAtWork = ({ workers, largestWei }: FundingInput): bigint =>
  workers
    .filter((worker) => !worker.isStalled && worker.provenLeftWei >= largestWei(worker.pricePerCoreHourWei))
    .reduce((sum, { provenLeftWei }) => sum + provenLeftWei, 0n)

const minimum = (a: bigint, b: bigint) => (a < b ? a : b)
const maximum = (a: bigint, b: bigint) => (a > b ? a : b)
