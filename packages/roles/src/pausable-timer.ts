/** A timeout that counts only while it is not paused. */
export type PausableTimer = { pause(): void; resume(): void; clear(): void }

export function pausableTimer(ms: number, fire: () => void): PausableTimer {
  let leftMs = ms
  let timer: { id: ReturnType<typeof setTimeout>; sinceMs: number } | null = null
  let isOver = false
  const pause = (): void => {
    if (timer === null) return
    clearTimeout(timer.id)
    leftMs -= performance.now() - timer.sinceMs
    timer = null
  }
  const resume = (): void => {
    if (timer === null && !isOver) timer = { id: setTimeout(fire, Math.max(0, leftMs)), sinceMs: performance.now() }
  }
  resume()
  return {
    pause,
    resume,
    clear: () => {
      pause()
      isOver = true
    },
  }
}
