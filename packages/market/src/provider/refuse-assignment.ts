import { type Assignment, formatGlm, priceOf, type Terms } from '@golem/protocol'

/** Where an agreement stands when one more subtask is asked of it. */
export type AssignmentInput = {
  assignment: Assignment
  terms: Pick<Terms, 'pricePerCoreHourWei' | 'capWei' | 'unpaidLimitWei' | 'deadlineMs'>
  nowMs: number
  agreement: {
    /** Prices of what was accepted. */
    acceptedWei: bigint
    /** Prices of what was delivered or promised, and not accepted. */
    outstandingWei: bigint
    /** Subtasks that wait for a core. */
    queued: number
    /** Subtasks that wait, run, or were delivered and not accepted. */
    outstanding: number
    /** Subtasks it ever had. */
    total: number
    /** The index was delivered before. */
    isUsed: boolean
  }
  /** Over all agreements with the same requestor: prices of what was delivered or promised, and not accepted. */
  pair: { outstandingWei: bigint }
  /** Over all agreements that pay by the same channel. */
  channel: {
    /** What a voucher must say for all that was accepted. */
    owedWei: bigint
    outstandingWei: bigint
    /** Covered on chain. */
    provenWei: bigint
  }
  limits: { maxQueued: number; maxOutstanding: number; maxTotal: number }
}

export type Refusal = { code: string; message: string }

/** Why a provider does not take a subtask, or null where it does. */
export function refuseAssignment({
  assignment,
  terms,
  nowMs,
  agreement,
  pair,
  channel,
  limits,
}: AssignmentInput): Refusal | null {
  const { priceWei, units, index } = assignment
  const agreed = priceOf(units, terms.pricePerCoreHourWei)
  if (nowMs >= terms.deadlineMs)
    return { code: 'DEADLINE_PASSED', message: 'The deadline of the agreement has passed.' }
  if (agreement.isUsed) return { code: 'INDEX_USED', message: `Subtask ${index} was delivered before.` }
  if (units === 0) return { code: 'PRICE_WRONG', message: 'A subtask has at least one unit of work.' }
  if (priceWei !== agreed)
    return { code: 'PRICE_WRONG', message: `${units} units cost ${glm(agreed)}, not ${glm(priceWei)}.` }
  if (agreement.queued >= limits.maxQueued)
    return { code: 'QUEUE_FULL', message: `${agreement.queued} subtasks wait for a core already.` }
  if (agreement.outstanding >= limits.maxOutstanding)
    return { code: 'OUTSTANDING_FULL', message: `${agreement.outstanding} subtasks are not accepted yet.` }
  if (agreement.total >= limits.maxTotal)
    return { code: 'AGREEMENT_FULL', message: `An agreement has ${limits.maxTotal} subtasks at most.` }
  if (agreement.acceptedWei + agreement.outstandingWei + priceWei > terms.capWei)
    return { code: 'CAP_REACHED', message: `The agreement costs ${glm(terms.capWei)} at most.` }
  if (pair.outstandingWei > 0n && pair.outstandingWei + priceWei > terms.unpaidLimitWei)
    return {
      code: 'UNPAID_LIMIT',
      message: `${glm(pair.outstandingWei)} are not accepted yet; ${glm(terms.unpaidLimitWei)} is the limit.`,
    }
  const neededWei = channel.owedWei + channel.outstandingWei + priceWei
  if (neededWei > channel.provenWei)
    return {
      code: 'FUNDING_SHORT',
      message: `The channel is funded up to ${glm(channel.provenWei)}; ${glm(neededWei)} are needed.`,
    }
  return null
}

const glm = (amountWei: bigint): string => `${formatGlm(amountWei, 18)} GLM`
