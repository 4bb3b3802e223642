/** Lets so many through at once for each key; others wait in line. */
export type Turnstile = {
  /** @returns what lets the next one through. @throws the signal's reason when aborted while waiting */
  enter(key: string, signal: AbortSignal): Promise<() => void>
}

export function turnstile(atOnce: number): Turnstile {
  const lines = new Map<string, { inside: number; waiting: (() => void)[] }>()
  return {
    enter: async (key, signal) => {
      signal.throwIfAborted()
      const line = lines.get(key) ?? { inside: 0, waiting: [] }
      lines.set(key, line)
      if (line.inside < atOnce) line.inside++
      else {
        await new Promise<void>((resolve, reject) => {
          const come = () => {
            signal.removeEventListener('abort', leave)
            resolve()
          }
          const leave = () => {
            line.waiting.splice(line.waiting.indexOf(come), 1)
            reject(signal.reason)
          }
          signal.addEventListener('abort', leave, { once: true })
          line.waiting.push(come)
        })
      }
      let isInside = true
      return () => {
        if (!isInside) return
        isInside = false
        const next = line.waiting.shift()
        // A place is handed on, not given back, so that nobody slips in between.
        if (next !== undefined) next()
        else if (--line.inside === 0) lines.delete(key)
      }
    },
  }
}
