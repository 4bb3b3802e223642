import { useEffect, useState } from 'react'
import { fetchPicture, keptPicture } from './picture-queue.ts'

/** A picture that could not be had is asked for again, with longer pauses: the application that draws it may be busy. */
const RETRIES_MS = [1_500, 4_000, 10_000]

/** An object URL for an `img`; while a newer picture is on its way, the one before. */
export function usePicture(url: string | null): string | null {
  const [shown, setShown] = useState<string | null>(() => (url === null ? null : (keptPicture(url) ?? null)))
  useEffect(() => {
    if (url === null) return setShown(null)
    const known = keptPicture(url)
    if (known !== undefined) return setShown(known)
    const leaving = new AbortController()
    const load = async () => {
      for (const pauseMs of [0, ...RETRIES_MS]) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
        if (leaving.signal.aborted) return
        const picture = await fetchPicture(url, leaving.signal)
        if (leaving.signal.aborted) return
        if (picture !== null) return setShown(picture)
      }
    }
    void load()
    return () => leaving.abort()
  }, [url])
  return shown
}
