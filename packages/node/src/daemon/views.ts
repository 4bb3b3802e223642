import type {
  ProviderStatus as ApiProviderStatus,
  Receipt as ApiReceipt,
  History,
  Job,
  JobDetail,
  LendingState,
  OfferView,
} from '@golem/api'
import type { Transaction } from '@golem/chain'
import type { Receipt } from '@golem/ports'
import type { Offer, Problem } from '@golem/protocol'
import type { JobGroupView, JobSubtaskView, JobView, LendingStatus } from '@golem/roles'
import type { Lending } from '../lending/open-lending.ts'

/** Roles count in bigints; the API writes them as decimal text. */
export function toApiJob(view: JobView): Job {
  const { gasUsed, budgetWei, estimateWei, paidBeforeWei, spentWei, gasWei, providers, problem, ...rest } = view
  return {
    ...rest,
    gasUsed: gasUsed.toString(),
    budgetWei: budgetWei?.toString() ?? null,
    estimateWei: estimateWei?.toString() ?? null,
    paidBeforeWei: paidBeforeWei?.toString() ?? null,
    spentWei: spentWei.toString(),
    gasWei: gasWei.toString(),
    providers: providers.map(({ earnedWei, ...provider }) => ({ ...provider, earnedWei: earnedWei.toString() })),
    problem: problem === null ? null : toApiProblem(problem),
  }
}

const toApiProblem = ({ code, message, remedy }: Problem) => ({
  code,
  message,
  ...(remedy === undefined ? {} : { remedy }),
})

export const toApiDetail = (view: JobView, subtasks: JobSubtaskView[], results: JobGroupView[]): JobDetail => ({
  ...toApiJob(view),
  results,
  list: subtasks.map(({ priceWei, ...subtask }) => ({ ...subtask, priceWei: priceWei.toString() })),
})

export const toApiOffer = ({ body }: Offer, title: string): OfferView => ({
  provider: body.provider,
  app: title,
  pricePerCoreHourWei: body.pricePerCoreHourWei.toString(),
  cores: body.cores,
  speed: body.speed,
  equivalenceClass: body.equivalenceClass,
  expiresAtMs: body.expiresAtMs,
})

export const toApiReceipt = ({ hash, gasUsed, feeWei }: Receipt): ApiReceipt => ({
  hash,
  gasUsed: gasUsed.toString(),
  feeWei: feeWei.toString(),
})

export function toApiHistory(one: Transaction): History['entries'][number] {
  const { id, createdAtMs, what, amountWei, valueWei, why, outcome, attempts } = one
  const isMined = outcome?.state === 'mined' || outcome?.state === 'reverted'
  return {
    ...{ id, atMs: createdAtMs, what, why, state: outcome?.state ?? 'pending' },
    amountWei: amountWei?.toString() ?? null,
    valueWei: valueWei.toString(),
    hash: isMined ? outcome.hash : (attempts.at(-1)?.hash ?? null),
    feeWei: isMined ? outcome.feeWei.toString() : null,
  }
}

export function toApiProvider(lending: Lending, speed: number): ApiProviderStatus {
  const status = lending.provider()?.status()
  const now = toApiLendingState(lending.status())
  if (status === undefined) {
    return {
      state: 'off',
      reason: 'This node does not lend; begin with `golem provide`.',
      cores: 0,
      speed,
      pricePerCoreHourWei: lending.settings().pricePerCoreHourWei.toString(),
      unpaid: null,
      waiting: 0,
      activities: [],
      failures: [],
      lending: now,
    }
  }
  const { pricePerCoreHourWei, unpaid, activities, ...rest } = status
  return {
    ...rest,
    pricePerCoreHourWei: pricePerCoreHourWei.toString(),
    unpaid: { newWei: unpaid.newWei.toString(), mostWei: unpaid.mostWei.toString() },
    activities: activities.map(({ earnedWei, ...activity }) => ({ ...activity, earnedWei: earnedWei.toString() })),
    lending: now,
  }
}

export function toApiLendingState(status: LendingStatus | null): LendingState | null {
  if (status === null) return null
  const { state, gate, reason, sinceMs, untilMs } = status
  return { state, gate, reason, sinceMs, untilMs }
}
