import { type RefObject, useEffect, useState } from 'react'
import { fetchPicture, keptPicture } from './picture-queue.ts'
import { whileInSight } from './while-in-sight.ts'

/** A picture that could not be had is asked for again, with longer pauses: the application that draws it may be busy. */
const RETRIES_MS = [1_500, 4_000, 10_000]

/**
 * An object URL for an `img`; while a newer picture is on its way, the one before.
 *
 * @param place fetched while it is in sight only. Default: at once
 */
export function usePicture(url: string | null, place?: RefObject<Element | null>): string | null {
  const [shown, setShown] = useState<string | null>(() => (url === null ? null : (keptPicture(url) ?? null)))
  useEffect(() => {
    if (url === null) return setShown(null)
    const known = keptPicture(url)
    if (known !== undefined) return setShown(known)
    const begin = (): (() => void) => {
      const leaving = new AbortController()
      void load(url, leaving.signal, setShown)
      return () => leaving.abort()
    }
    const element = place?.current
    return element ? whileInSight(element, begin) : begin()
  }, [url, place])
  return shown
}

async function load(url: string, signal: AbortSignal, show: (picture: string) => void): Promise<void> {
  for (const pauseMs of [0, ...RETRIES_MS]) {
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
    if (signal.aborted) return
    const picture = await fetchPicture(url, signal)
    if (signal.aborted) return
    if (picture !== null) return show(picture)
  }
}
