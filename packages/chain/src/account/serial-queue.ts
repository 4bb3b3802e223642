import { GolemError } from '@golem/protocol'

/** Runs one thing after the other, in the order asked for. */
export type SerialQueue = <T>(act: () => Promise<T>) => Promise<T>

/**
 * One account's transactions carry consecutive numbers, so they are made one at a time.
 *
 * @param limit how many may wait
 * @throws {GolemError} `CHAIN_BUSY` beyond that
 */
export function serialQueue(limit: number): SerialQueue {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return (act) => {
    if (waiting >= limit) {
      throw new GolemError({
        code: 'CHAIN_BUSY',
        message: `${limit} transactions already wait for the chain.`,
        remedy: 'Ask for fewer at once; one transaction settles or redeems many channels.',
      })
    }
    waiting++
    const turn = last.then(act, act).finally(() => {
      waiting--
    })
    // Whoever asked hears of the failure; the next in line does not.
    last = turn.catch(() => {})
    return turn
  }
}
