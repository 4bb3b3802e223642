/** A terminal, npm and the shell between them may each pass on one and the same Ctrl-C. */
const SAME_MS = 300
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export type Interrupts = {
  /** How often a person has asked to stop. */
  readonly count: number
  /** Calls at each further time; returns what ends that. */
  listen(handler: () => void): () => void
  release(): void
}

/** Takes over Ctrl-C and its likes: nothing ends by itself any more, and each key stroke counts once. */
export function watchInterrupts(): Interrupts {
  const handlers = new Set<() => void>()
  let count = 0
  let lastMs = Number.NEGATIVE_INFINITY
  const take = () => {
    const nowMs = performance.now()
    if (nowMs - lastMs < SAME_MS) return
    lastMs = nowMs
    count += 1
    for (const handler of handlers) handler()
  }
  for (const signal of SIGNALS) process.on(signal, take)
  return {
    get count() {
      return count
    },
    listen: (handler) => {
      handlers.add(handler)
      return () => void handlers.delete(handler)
    },
    release: () => {
      for (const signal of SIGNALS) process.off(signal, take)
    },
  }
}
