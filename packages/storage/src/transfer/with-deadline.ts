/**
 * Waits for `work`, but no longer than `timeoutMs` nor past the signal. What `work` does afterwards is no longer heard.
 *
 * @throws what `late` makes, or the signal's reason
 */
export async function withDeadline<T>(
  work: Promise<T>,
  { timeoutMs, late, signal }: { timeoutMs: number; late: () => unknown; signal: AbortSignal },
): Promise<T> {
  // Whatever ends the wait, a later failure of the work has its listener.
  work.catch(() => {})
  signal.throwIfAborted()
  let onAbort: () => void = () => {}
  let timer: ReturnType<typeof setTimeout> | undefined
  const cut = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    timer = setTimeout(() => reject(late()), timeoutMs)
  })
  try {
    return await Promise.race([work, cut])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}
