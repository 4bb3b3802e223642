import type { Stream } from '@libp2p/interface'

/**
 * Carries what comes on one stream to the other, both ways, until both have ended; a break of one breaks the other.
 * Holds no more than one piece: who sends faster than the other end takes, or than `carry` allows, is held back.
 *
 * @param carry told of each piece; how long to hold the sender back, or null to end the circuit
 */
export function joinStreams(
  a: Stream,
  b: Stream,
  { carry, onEnd }: { carry: (bytes: number) => number | null; onEnd: () => void },
): void {
  const timers = new Set<ReturnType<typeof setTimeout>>()
  let open = 2

  const breakOff = (error: Error): void => {
    a.abort(error)
    b.abort(error)
  }

  const carryOver = (from: Stream, to: Stream): void => {
    let isSlowed = false
    const goOn = (): void => {
      if (isSlowed || to.writableNeedsDrain || from.readStatus !== 'paused') return
      from.resume()
    }
    to.addEventListener('drain', () => queueMicrotask(goOn))
    from.addEventListener('message', ({ data }) => {
      if (to.writeStatus !== 'writable') return
      const waitMs = carry(data.byteLength)
      if (waitMs === null) {
        breakOff(new Error('the quota of this relay is used up'))
        return
      }
      const takesMore = to.send(data)
      if (takesMore && waitMs === 0) return
      // later, because the stream may be in the middle of a `resume`
      queueMicrotask(() => {
        if (from.readStatus === 'readable') from.pause()
        if (waitMs === 0) return goOn()
        isSlowed = true
        const timer = setTimeout(() => {
          timers.delete(timer)
          isSlowed = false
          goOn()
        }, waitMs)
        timers.add(timer)
      })
    })
    from.addEventListener('end', () => {
      if (from.status === 'open' || from.status === 'closed') void to.close().catch(breakOff)
    })
    from.addEventListener('close', ({ error }) => {
      if (error !== undefined) breakOff(error)
      open -= 1
      if (open > 0) return
      for (const timer of timers) clearTimeout(timer)
      onEnd()
    })
  }
  carryOver(a, b)
  carryOver(b, a)
}
