/** One line of a benchmark's output. */
export type Result = {
  name: string
  value: number
  unit: string
  better: 'lower' | 'higher'
  /** What `value` should reach, in its unit; null where nothing is promised. */
  goal: number | null
  /** What the value stands beside, measured in the same run; null where there is nothing to compare with. */
  peer: string | null
  peerValue: number | null
  /** value / peerValue */
  ratio: number | null
}

export type Measured = Pick<Result, 'name' | 'value' | 'unit' | 'better'>

/** A value on its own. */
export function alone(measured: Measured, goal: number | null): Result {
  return { ...measured, value: rounded(measured.value), goal, peer: null, peerValue: null, ratio: null }
}

/**
 * A value beside its peer's.
 *
 * @param goalRatio the share of the peer's value that is the goal; null for none
 */
export function beside(measured: Measured, peer: { name: string; value: number }, goalRatio: number | null): Result {
  return {
    ...measured,
    value: rounded(measured.value),
    goal: goalRatio === null ? null : rounded(goalRatio * peer.value),
    peer: peer.name,
    peerValue: rounded(peer.value),
    ratio: rounded(measured.value / peer.value),
  }
}

/** Four digits: more than that is noise. */
const rounded = (value: number): number => Number(value.toPrecision(4))
