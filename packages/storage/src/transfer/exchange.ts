import type { CID } from 'multiformats/cid'
import { isLeaf } from '../blocks/block-cid.ts'
import { MAX_LACKING } from '../limits.ts'
import type { Frontier } from './frontier.ts'
import { sourceLacks } from './source-error.ts'

/** Blocks that one member asks its source for, and nobody else meanwhile. */
export type Request = { readonly cids: readonly CID[] }

/** One line to a source, as the exchange sees it. */
export type Member = {
  /** What to ask for next; null where there is nothing for this source at the moment. */
  take(count: number): Request | null
  /** The source has answered all of it, or says that it will not. What did not come is for others. */
  end(request: Request): void
  /** A block came. */
  heard(): void
  /** How many came. */
  readonly brought: number
  /** Its source does not have this block. @throws {GolemError} `SOURCE_LACKS` where it lacks too many */
  lacks(cid: CID): void
  /** What its source was found to lack first. */
  readonly firstLacking: CID | null
  /**
   * Waits for something that may bring work: the end of what others ask for. Who has waited for `patienceMs` cuts off
   * those that were silent as long, and gets what they were asked for.
   *
   * @returns false where nothing can come any more
   */
  wait(signal: AbortSignal): Promise<boolean>
  /** Gives back all it took. Idempotent. */
  leave(): void
}

/**
 * Who of several sources is asked for which of the missing blocks, so that none travels twice: nodes first and by one
 * member at a time, because more may come unasked below them; then leaves, shared out as they are asked for.
 */
export type Exchange = {
  /** @param cut ends the line, when it is silent while others have nothing to do */
  join(cut: () => void): Member
}

type Seat = { requests: Set<Request>; heardAtMs: number; cut: () => void }

export function createExchange(frontier: Frontier, { patienceMs }: { patienceMs: number }): Exchange {
  const seats = new Set<Seat>()
  const taken = new Set<string>()
  /** The open request for nodes. */
  let nodes: Request | null = null
  const waiting: (() => void)[] = []

  const close = (seat: Seat, request: Request): void => {
    if (!seat.requests.delete(request)) return
    for (const cid of request.cids) taken.delete(cid.toString())
    if (nodes === request) nodes = null
    for (const wake of waiting.splice(0)) wake()
  }

  return {
    join: (cut) => {
      const seat: Seat = { requests: new Set(), heardAtMs: performance.now(), cut }
      seats.add(seat)
      const lacking = new Set<string>()
      let firstLacking: CID | null = null
      let brought = 0
      const others = () => [...seats].filter((each) => each !== seat && each.requests.size > 0)

      return {
        take: (count) => {
          if (nodes !== null) return null
          const cids = frontier.missing((key) => taken.has(key) || lacking.has(key), count)
          const [first] = cids
          if (first === undefined) return null
          const isNodes = !isLeaf(first)
          // Not behind leaves, which may take long.
          if (isNodes && seat.requests.size > 0) return null
          const request = { cids }
          if (seat.requests.size === 0) seat.heardAtMs = performance.now()
          seat.requests.add(request)
          for (const cid of cids) taken.add(cid.toString())
          if (isNodes) nodes = request
          return request
        },
        end: (request) => close(seat, request),
        heard: () => {
          seat.heardAtMs = performance.now()
          brought++
        },
        get brought() {
          return brought
        },
        lacks: (cid) => {
          firstLacking ??= cid
          lacking.add(cid.toString())
          if (lacking.size > MAX_LACKING) throw sourceLacks(cid.toString())
        },
        get firstLacking() {
          return firstLacking
        },
        wait: async (signal) => {
          if (others().length === 0) return false
          signal.throwIfAborted()
          let isOver = false
          await new Promise<void>((resolve) => {
            const timer = setTimeout(() => {
              isOver = true
              resolve()
            }, patienceMs)
            const wake = () => {
              clearTimeout(timer)
              signal.removeEventListener('abort', wake)
              resolve()
            }
            signal.addEventListener('abort', wake, { once: true })
            waiting.push(wake)
          })
          signal.throwIfAborted()
          const nowMs = performance.now()
          if (isOver) for (const each of others()) if (nowMs - each.heardAtMs >= patienceMs) each.cut()
          return true
        },
        leave: () => {
          seats.delete(seat)
          for (const request of [...seat.requests]) close(seat, request)
        },
      }
    },
  }
}
