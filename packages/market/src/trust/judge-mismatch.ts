import type { Address, Bytes32 } from '@golem/protocol'

/** One more computation of the same subtask, run as `equivalenceClass`. */
export type Reexecution = { by: Address; equivalenceClass: Bytes32; output: Bytes32 }

export type MismatchInput = {
  provider: Address
  requestor: Address
  delivered: { equivalenceClass: Bytes32; output: Bytes32 }
  reexecutions: readonly Reexecution[]
  /** What it ran on is certified to give the same each time: no clock, chance, threads or processor to branch on. */
  isDeterministic: boolean
}

/**
 * - `right`: somebody else got the same.
 * - `withhold`: it differs from what one got; that alone keeps back the pay, because a job that branches on the processor or on
 *   time would differ too.
 * - `penalise`: two others, of whom none is a party, agree with each other and not with it.
 * - `split`: some get the same, and some do not. The pay is kept back; a panel can be asked.
 * - `unclear`: nobody computed it in its class.
 */
export type MismatchVerdict = 'right' | 'withhold' | 'penalise' | 'split' | 'unclear'

const WITNESSES = 2

/** What re-executions say about a delivery. Those of its own class count, one of each party that made them. */
export function judgeMismatch({
  provider,
  requestor,
  delivered,
  reexecutions,
  isDeterministic,
}: MismatchInput): MismatchVerdict {
  const inClass = reexecutions.filter(
    ({ by, equivalenceClass }) => by !== provider && equivalenceClass === delivered.equivalenceClass,
  )
  if (inClass.length === 0) return 'unclear'
  const others = inClass.filter(({ output }) => output !== delivered.output)
  if (others.length === 0) return 'right'
  if (others.length < inClass.length) return isDeterministic ? 'split' : 'withhold'
  const witnesses = new Map(others.filter(({ by }) => by !== requestor).map(({ by, output }) => [by, output]))
  const agree = new Set(others.map(({ output }) => output)).size === 1
  return isDeterministic && agree && witnesses.size >= WITNESSES ? 'penalise' : 'withhold'
}
