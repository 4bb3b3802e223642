import type { Address, Bytes32 } from '@golem/protocol'
import { panelCapture } from '../trust/draw-panel.ts'
import { judgeMismatch, type Reexecution } from '../trust/judge-mismatch.ts'
import { addressOf } from './parties.ts'
import type { Random } from './random.ts'

export type WitnessInput = {
  random: Random
  /** All with the same aged stake; the first of them are hostile. */
  witnesses: number
  hostile: number
  provider: Address
  requestor: Address
  isWrong: boolean
  /** Hostile witnesses say that a wrong result is right. */
  isShielded: boolean
  /** Hostile witnesses say that a right result is wrong. */
  isFramed: boolean
  /** The program answers by the processor that it runs on, and nobody has certified that it does not. */
  isUncertified: boolean
  /** Of the last panel. */
  seats?: number
}

const FIRST_WITNESS = 1_000_000
const CLASS = `0x${'aa'.repeat(32)}` as Bytes32
const [RIGHT, WRONG, OTHER] = ['01', '02', '03'].map((byte) => `0x${byte.repeat(32)}`) as [Bytes32, Bytes32, Bytes32]
/** The third panel of the contract, on public terms. */
export const LAST_SEATS = 36

/**
 * What comes of a mismatch: two drawn witnesses compute it again; where they differ, or an honest party is wronged, it goes
 * to the panels, of which the last decides.
 */
export function judgeWitnesses(input: WitnessInput): { isConvicted: boolean; computed: number } {
  const {
    random,
    witnesses,
    hostile,
    provider,
    requestor,
    isWrong,
    isShielded,
    isFramed,
    isUncertified,
    seats = LAST_SEATS,
  } = input
  const delivered = isWrong ? WRONG : RIGHT
  const first = Math.floor(random() * witnesses)
  const second = (first + 1 + Math.floor(random() * (witnesses - 1))) % witnesses
  const reexecutions = [first, second].map((n): Reexecution => {
    const isHostile = n < hostile
    const output = isUncertified || (isHostile && isFramed) ? OTHER : isHostile && isShielded ? delivered : RIGHT
    return { by: addressOf(FIRST_WITNESS + n), equivalenceClass: CLASS, output }
  })
  const word = judgeMismatch({
    provider,
    requestor,
    delivered: { equivalenceClass: CLASS, output: delivered },
    reexecutions,
    isDeterministic: !isUncertified,
  })
  const share = hostile / witnesses
  if (word === 'penalise') {
    if (isWrong) return { isConvicted: true, computed: 2 }
    // The honest dispute it.
    return { isConvicted: random() < panelCapture(seats, share), computed: 2 + seats }
  }
  if (word !== 'split') return { isConvicted: false, computed: 2 }
  // More than half of all seats convict: those that the honest hold, or those that the hostile do.
  const convicting = panelCapture(seats, isWrong ? 1 - (isShielded ? share : 0) : isFramed ? share : 0)
  return { isConvicted: random() < convicting, computed: 2 + seats }
}
