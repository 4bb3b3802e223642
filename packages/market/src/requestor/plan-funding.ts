/** A provider under agreement, as the funding sees it. */
export type FundedWorker = {
  agreement: string
  /** Cores per ms of a unit: how much of the work it will take. */
  speed: number
  pricePerCoreHourWei: bigint
  /** Proven on chain, and neither owed nor outstanding. */
  provenLeftWei: bigint
}

export type FundingInput = {
  workers: readonly FundedWorker[]
  /** Price of the work that nobody was assigned yet, at the given price. */
  remainingWei: (pricePerCoreHourWei: bigint) => bigint
  /** Price of the largest subtask that waits. */
  largestWei: (pricePerCoreHourWei: bigint) => bigint
  budgetLeftWei: bigint
}

/** Speeds are guesses at first: a share is locked with this margin, in per cent. */
const MARGIN_PERCENT = 130n

/**
 * What to lock for whom next: nobody gets more than the budget left, and nobody is topped up before it is short of
 * two subtasks, so that a job costs few transactions.
 */
export function planFunding(input: FundingInput): { agreement: string; addWei: bigint }[] {
  const total = input.workers.reduce((sum, worker) => sum + worker.speed, 0)
  return input.workers.flatMap((worker) => {
    const largest = input.largestWei(worker.pricePerCoreHourWei)
    if (largest === 0n || worker.provenLeftWei >= 2n * largest) return []
    const share = BigInt(Math.ceil((worker.speed / total) * 1_000))
    const expected = (input.remainingWei(worker.pricePerCoreHourWei) * share * MARGIN_PERCENT) / 100_000n
    const floor = 2n * largest
    const target = minimum(expected > floor ? expected : floor, input.budgetLeftWei)
    const addWei = target - worker.provenLeftWei
    return addWei > 0n ? [{ agreement: worker.agreement, addWei }] : []
  })
}

const minimum = (a: bigint, b: bigint) => (a < b ? a : b)
