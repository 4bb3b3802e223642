import { Pause, Play, Repeat } from 'lucide-react'
import { Toggle as RadixToggle } from 'radix-ui'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { number } from '../format/quantities.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Choice } from '../ui/choice.tsx'
import { Range } from '../ui/range.tsx'
import { type Frame, isShown, outputUrl, previewUrl } from './frames-of.ts'

const RATES = [6, 12, 24, 25, 30, 60]
const USUAL_RATE = 24
/** Pictures that are decoded and held: a second of a film before and after. */
const HELD = 48
const AHEAD = 24
const LOADS = 3
/** A picture that did not come is asked for again after this. */
const RETRY_MS = 2_000

type Props = {
  jobId: string
  frames: Frame[]
  /** As the scene has it. */
  framesPerSecond: number | null
}

/** Plays the frames that are there, in their order, from their finished files where a browser shows those. */
export function Player({ jobId, frames, framesPerSecond }: Props) {
  const { t, i18n } = useTranslation()
  const sources = useMemo(
    () =>
      frames.flatMap((frame) => {
        const { output, name, redone } = frame
        const url = output !== null && isShown(output) ? outputUrl(jobId, output, redone) : previewUrl(jobId, frame)
        return url === null ? [] : [{ name, url }]
      }),
    [jobId, frames],
  )
  const [index, setIndex] = useState(0)
  const [isPlaying, setPlaying] = useState(false)
  const [isLooping, setLooping] = useState(true)
  const ownRate = framesPerSecond ?? USUAL_RATE
  const [rate, setRate] = useState(ownRate)
  const canvas = useRef<HTMLCanvasElement>(null)
  const reel = useRef(new Map<string, ImageBitmap>())
  const loading = useRef(new Set<string>())
  const [, setArrived] = useState(0)
  const at = Math.min(index, Math.max(0, sources.length - 1))
  const shown = sources[at]

  // What comes next is fetched and decoded ahead; what is far behind is let go.
  useEffect(() => {
    const wanted = Array.from(
      { length: Math.min(AHEAD, sources.length) },
      (_, step) => sources[(at + step) % sources.length],
    )
    for (const source of wanted) {
      if (source === undefined || loading.current.size >= LOADS) continue
      const { url } = source
      if (reel.current.has(url) || loading.current.has(url)) continue
      loading.current.add(url)
      fetch(url)
        .then((response) => (response.ok ? response.blob() : Promise.reject(new Error('no picture'))))
        .then(createImageBitmap)
        .then((bitmap) => {
          reel.current.set(url, bitmap)
          for (const old of [...reel.current.keys()].slice(0, reel.current.size - HELD)) {
            reel.current.get(old)?.close()
            reel.current.delete(old)
          }
        })
        // Not at once again: the daemon may be away.
        .catch(() => new Promise((resolve) => setTimeout(resolve, RETRY_MS)))
        .finally(() => {
          loading.current.delete(url)
          setArrived((count) => count + 1)
        })
    }
  })

  useEffect(() => {
    const bitmap = shown && reel.current.get(shown.url)
    const surface = canvas.current
    if (!bitmap || !surface) return
    surface.width = bitmap.width
    surface.height = bitmap.height
    surface.getContext('2d')?.drawImage(bitmap, 0, 0)
  })

  useEffect(() => {
    if (!isPlaying || sources.length < 2) return
    const timer = setInterval(() => {
      setIndex((before) => {
        const next = Math.min(before, sources.length - 1) + 1
        const following = sources[next % sources.length]
        // It waits for a picture rather than leave one out.
        if (following === undefined || !reel.current.has(following.url)) return before
        if (next >= sources.length && !isLooping) {
          setPlaying(false)
          return before
        }
        return next % sources.length
      })
    }, 1_000 / rate)
    return () => clearInterval(timer)
  }, [isPlaying, isLooping, rate, sources])

  if (shown === undefined) {
    return (
      <Card>
        <p className="py-8 text-center text-muted">{t('job.nothingToPlay')}</p>
      </Card>
    )
  }
  return (
    <Card>
      <div className="grid place-items-center overflow-hidden rounded-lg bg-black">
        <canvas
          ref={canvas}
          role="img"
          aria-label={t('job.frame', { name: shown.name })}
          data-testid="screen"
          data-frame={shown.name}
          className="max-h-[64dvh] w-full object-contain"
        />
      </div>
      <div className="mt-4 grid items-end gap-4 sm:grid-cols-[auto_minmax(0,1fr)_8rem]">
        <div className="flex gap-2">
          <Button
            look="primary"
            size="icon"
            aria-label={isPlaying ? t('job.stop') : t('job.play')}
            onClick={() => setPlaying(!isPlaying)}
          >
            {isPlaying ? <Pause aria-hidden className="size-4" /> : <Play aria-hidden className="size-4" />}
          </Button>
          <RadixToggle.Root pressed={isLooping} onPressedChange={setLooping} asChild>
            <Button size="icon" aria-label={t('job.loop')} className="data-[state=on]:text-accent">
              <Repeat aria-hidden className="size-4" />
            </Button>
          </RadixToggle.Root>
        </div>
        <Range
          label={t('job.position')}
          value={at}
          min={0}
          max={Math.max(1, sources.length - 1)}
          text={(value) => t('job.frame', { name: sources[value]?.name ?? '' })}
          onMove={setIndex}
          onValue={setIndex}
        />
        <Choice
          label={t('job.rate')}
          value={`${rate}`}
          options={ratesWith(ownRate).map((value) => ({ value: `${value}`, label: number(value, i18n.language, 3) }))}
          onValue={(value) => setRate(Number(value))}
        />
      </div>
    </Card>
  )
}

const ratesWith = (own: number): number[] => [...new Set([...RATES, own])].toSorted((a, b) => a - b)
