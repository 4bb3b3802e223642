import {
  type BatchedDelivery,
  type Bytes32,
  commitmentOf,
  type Draws,
  drawSeed,
  earlierDraw,
  followsInChain,
  GolemError,
} from '@golem/protocol'

/** How an agreement's checks are drawn, as its provider follows it. `revealed` is learnt again after a restart. */
export type Drawing = {
  readonly draws: Draws
  revealed: { draw: number; value: Bytes32 } | null
  /** Since when the requestor owes a value, on an open stream; null where it owes none. */
  owedSinceMs: number | null
}

/** A value that was not revealed within this is owed no more: a rejection that comes later convinces nobody. */
export const REVEAL_WITHIN_MS = 60_000

/**
 * Takes the value of a draw, and so of all before.
 *
 * @param delivered how many draws were named by deliveries
 * @throws {GolemError} `REVEAL_WRONG` for another chain's, or one that draws for nothing
 */
export function takeReveal(drawing: Drawing, draw: number, value: Bytes32, delivered: number, nowMs: number): void {
  const { draws, revealed } = drawing
  if (revealed !== null && draw < revealed.draw) return
  if (draw === revealed?.draw && value === revealed.value) return
  const [known, steps] = revealed === null ? [draws.head, draw + 1] : [revealed.value, draw - revealed.draw]
  if (draw >= delivered || !followsInChain(value, known, steps))
    throw new GolemError({
      code: 'REVEAL_WRONG',
      message: `Draw ${draw} was not revealed as it was promised.`,
      peerPolicy: 'penalise',
    })
  drawing.revealed = { draw, value }
  drawing.owedSinceMs = draw + 1 < delivered ? nowMs : null
}

/** What a delivery is checked by; null while that is not revealed, or where the delivery names no draw. */
export function seedFor(drawing: Drawing | null, agreementId: Bytes32, delivery: BatchedDelivery): Bytes32 | null {
  const { draw, index } = delivery
  const revealed = drawing?.revealed ?? null
  if (revealed === null || draw === undefined || draw > revealed.draw) return null
  const value = earlierDraw(revealed.value, revealed.draw, draw)
  return drawSeed({ value, agreementId, index, commitment: commitmentOf(delivery) })
}

/** The requestor keeps its provider waiting for what it promised. */
export const isRevealLate = ({ owedSinceMs }: Drawing, nowMs: number): boolean =>
  owedSinceMs !== null && nowMs - owedSinceMs > REVEAL_WITHIN_MS
