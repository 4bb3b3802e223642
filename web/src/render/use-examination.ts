import type { Examination } from '@golem/api'
import { useCallback, useRef, useState } from 'react'
import { daemon } from '../api/daemon.ts'
import { type ChosenFile, scenesIn } from './collect-files.ts'
import { type Sent, sendFiles } from './send-files.ts'

export type Stage =
  | { at: 'empty' }
  | { at: 'reading' }
  | { at: 'sending'; sentBytes: number; allBytes: number }
  | { at: 'examining'; name: string }
  | { at: 'examined'; name: string; file: string; scenes: string[]; examination: Examination; isLooking: boolean }
  /** `name`: of the scene that could not be examined; null where there is none. */
  | { at: 'failed'; name: string | null; error: unknown }

export class NoScene extends Error {}

/** A file on its way from a person's disk to a first picture of it. A new choice gives the last one up. */
export function useExamination() {
  const [stage, setStage] = useState<Stage>({ at: 'empty' })
  const current = useRef(new AbortController())
  const sent = useRef<Sent | undefined>(undefined)
  const last = useRef<{ name: string; file: string; extra: Record<string, string> } | null>(null)

  const begin = () => {
    current.current.abort(new DOMException('another file', 'AbortError'))
    current.current = new AbortController()
    return current.current.signal
  }
  const attempt = useCallback(async (signal: AbortSignal, act: () => Promise<void>) => {
    try {
      await act()
    } catch (error) {
      if (!signal.aborted) setStage({ at: 'failed', name: last.current?.name ?? null, error })
    }
  }, [])
  const examine = async (signal: AbortSignal) => {
    if (last.current === null) throw new NoScene()
    const { name, file, extra } = last.current
    // What was chosen meanwhile stays: only the picture and the figures become others.
    setStage((now) =>
      now.at === 'examined' && now.file === file ? { ...now, isLooking: true } : { at: 'examining', name },
    )
    const examination = await daemon.examine({ app: 'blender', parameters: { file, ...extra } }, { signal })
    const scenes = [...(sent.current?.paths.keys() ?? [])].filter((path) => /\.blend$/i.test(path))
    if (!signal.aborted) setStage({ at: 'examined', name, file, scenes, examination, isLooking: false })
  }

  return {
    stage,
    /** @param isMore adds to what was chosen before: textures that were missing */
    choose: async (files: Promise<ChosenFile[]>, { isMore = false } = {}) => {
      const signal = begin()
      await attempt(signal, async () => {
        if (!isMore) [sent.current, last.current] = [undefined, null]
        setStage({ at: 'reading' })
        const chosen = await files
        if (!isMore && scenesIn(chosen).length === 0) throw new NoScene()
        const onProgress = (sentBytes: number, allBytes: number) => {
          if (!signal.aborted) setStage({ at: 'sending', sentBytes, allBytes })
        }
        sent.current = await sendFiles(chosen, { signal, onProgress, to: isMore ? sent.current : undefined })
        if (!isMore) {
          const [name = ''] = scenesIn(chosen)
          last.current = { name, file: sent.current.paths.get(name) ?? '', extra: {} }
        }
        await examine(signal)
      })
    },
    /** A file on the daemon's own machine, by its path. */
    open: async (file: string) => {
      const signal = begin()
      sent.current = undefined
      last.current = { name: file.split('/').at(-1) ?? file, file, extra: {} }
      await attempt(signal, () => examine(signal))
    },
    /** Another of the scenes that were sent. */
    pick: async (name: string) => {
      const signal = begin()
      last.current = { name, file: sent.current?.paths.get(name) ?? '', extra: {} }
      await attempt(signal, () => examine(signal))
    },
    /** The same file with other choices of what is looked at: a scene, a camera. */
    look: async (extra: Record<string, string>) => {
      const signal = begin()
      if (last.current !== null) last.current = { ...last.current, extra: { ...last.current.extra, ...extra } }
      await attempt(signal, () => examine(signal))
    },
    retry: async () => {
      const signal = begin()
      await attempt(signal, () => examine(signal))
    },
    clear: () => {
      begin()
      ;[sent.current, last.current] = [undefined, null]
      setStage({ at: 'empty' })
    },
  }
}
