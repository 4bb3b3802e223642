/** What one requestor's key left unpaid with one provider: in all, and the dearest of it. */
export type Lost = { lostWei: bigint; dearestWei: bigint }

export const NOTHING_LOST: Lost = { lostWei: 0n, dearestWei: 0n }

/**
 * What more of a requestor's leaving counts against it: messages cross, jobs fail, and a check may err, so that the dearest
 * that it ever left, or what one that is new may leave where that is more, is forgiven once for each key.
 *
 * @param prices of what it left now
 * @param newWei what a new requestor may leave unpaid
 */
export function lossBeyondLuck(
  before: Lost,
  prices: readonly bigint[],
  newWei: bigint,
): { lost: Lost; countedWei: bigint } {
  const lost = prices.reduce<Lost>(
    ({ lostWei, dearestWei }, wei) => ({ lostWei: lostWei + wei, dearestWei: wei > dearestWei ? wei : dearestWei }),
    before,
  )
  const countedWei = beyond(lost, newWei) - beyond(before, newWei)
  return { lost, countedWei: countedWei > 0n ? countedWei : 0n }
}

function beyond({ lostWei, dearestWei }: Lost, newWei: bigint): bigint {
  const luckWei = dearestWei > newWei ? dearestWei : newWei
  return lostWei > luckWei ? lostWei - luckWei : 0n
}
