import type { InTurn } from './check-work.ts'

/** One at a time, in the order in which they come. */
export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (act) => {
    const turn = last.then(act)
    last = turn.catch(() => undefined)
    return turn
  }
}
