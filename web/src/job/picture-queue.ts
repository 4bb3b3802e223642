/** Pictures that are fetched at once: the browser has six connections to the daemon, and the rest of the page needs some. */
const AT_ONCE = 3
/** Pictures kept, newest last: a screen shows some hundred. */
const MAX_KEPT = 600
/** How long nothing is begun after `holdPictures`. */
const HOLD_MS = 120

type Waiting = { url: string; signal: AbortSignal; resolve: (picture: string | null) => void }

const kept = new Map<string, string>()
const waiting: Waiting[] = []
let busy = 0
let heldUntilMs = 0
let isReleased = true

/** A picture that was fetched before; else undefined. */
export const keptPicture = (url: string): string | undefined => kept.get(url)

/**
 * Fetches a picture when its turn comes; who came last is served first, because that is what is in sight.
 *
 * @returns an object URL, or null where there is none (yet)
 */
export function fetchPicture(url: string, signal: AbortSignal): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>()
  waiting.push({ url, signal, resolve })
  next()
  return promise
}

/**
 * Begins no picture for a moment: what flies past is not looked at, and the daemon draws each picture on the processors
 * that the scrolling needs.
 */
export function holdPictures(): void {
  heldUntilMs = performance.now() + HOLD_MS
}

function releasePictures(): void {
  isReleased = true
  next()
}

function next(): void {
  const leftMs = heldUntilMs - performance.now()
  if (leftMs > 0) {
    if (isReleased) setTimeout(releasePictures, leftMs)
    isReleased = false
    return
  }
  while (busy < AT_ONCE) {
    const turn = waiting.pop()
    if (turn === undefined) return
    if (turn.signal.aborted) turn.resolve(null)
    else void take(turn)
  }
}

async function take({ url, signal, resolve }: Waiting): Promise<void> {
  busy += 1
  try {
    resolve(kept.get(url) ?? (await load(url, signal)))
  } catch {
    resolve(null)
  } finally {
    busy -= 1
    next()
  }
}

async function load(url: string, signal: AbortSignal): Promise<string | null> {
  const response = await fetch(url, { signal })
  if (!response.ok) return null
  const picture = URL.createObjectURL(await response.blob())
  kept.set(url, picture)
  for (const [old, object] of [...kept].slice(0, kept.size - MAX_KEPT)) {
    kept.delete(old)
    URL.revokeObjectURL(object)
  }
  return picture
}
