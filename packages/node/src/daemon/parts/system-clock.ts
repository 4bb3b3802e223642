import type { Clock } from '@golem/ports'

/** This machine's clock, corrected by what its peers say. */
export const systemClock = (correctionMs: () => number): Clock => ({
  now: () => Date.now() + correctionMs(),
  sleep: (ms, { signal } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const stop = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }, ms)
      signal?.addEventListener('abort', stop, { once: true })
    }),
})
