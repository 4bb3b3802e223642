import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FrameTile } from './frame-tile.tsx'
import type { Frame } from './frames-of.ts'
import { holdPictures } from './picture-queue.ts'

const WIDTH = 176
const GAP = 10
/** Rows come and go together, so that a scrolling page seldom has something to make. */
const BLOCK_ROWS = 2
/** Blocks beyond what is in sight, either way: some screens, so that even who flies past sees no hole. */
const BLOCKS_AHEAD = 8
/** Pixels in a millisecond: a screen in half a second. */
const FAST = 1.5

type Props = { jobId: string; frames: Frame[]; onOpen: (key: string) => void }

/** All frames of a job; only blocks near what is in sight exist, so that thousands scroll as a dozen do. */
export function FrameGrid({ jobId, frames, onOpen }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return
    const measure = () => {
      setWidth(element.clientWidth)
      setTop(Math.round(element.getBoundingClientRect().top + window.scrollY))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    let [lastY, lastMs] = [window.scrollY, performance.now()]
    const look = () => {
      const [y, nowMs] = [window.scrollY, performance.now()]
      if (Math.abs(y - lastY) > FAST * (nowMs - lastMs)) holdPictures()
      lastY = y
      lastMs = nowMs
    }
    window.addEventListener('scroll', look, { passive: true })
    return () => window.removeEventListener('scroll', look)
  }, [])
  const columns = Math.max(2, Math.floor((width + GAP) / (WIDTH + GAP)))
  const side = (width - GAP * (columns - 1)) / columns
  const height = Math.round((side * 9) / 16) + GAP
  const inBlock = BLOCK_ROWS * columns
  const blocks = useWindowVirtualizer({
    count: width === 0 ? 0 : Math.ceil(frames.length / inBlock),
    estimateSize: () => BLOCK_ROWS * height,
    overscan: BLOCKS_AHEAD,
    scrollMargin: top,
    // What comes is far out of sight yet: no scrolling waits for it.
    useFlushSync: false,
  })
  // Blocks are as high as the window makes them.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height is what changed
  useEffect(() => blocks.measure(), [height, blocks])
  return (
    <div ref={place} className="relative" style={{ height: blocks.getTotalSize() }}>
      {blocks.getVirtualItems().map(({ key, index, start, size }) => (
        <Block
          key={key}
          {...{ jobId, frames, columns, onOpen }}
          from={index * inBlock}
          to={(index + 1) * inBlock}
          top={start - top}
          height={size}
        />
      ))}
    </div>
  )
}

type BlockProps = Props & { columns: number; from: number; to: number; top: number; height: number }

/** Some rows. What is out of sight is neither laid out nor drawn. */
const Block = memo(function Block({ jobId, frames, onOpen, columns, from, to, top, height }: BlockProps) {
  const { t } = useTranslation()
  return (
    <div
      className="absolute inset-x-0 grid content-start [contain:strict] [content-visibility:auto]"
      style={{ top, height, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`, gap: GAP }}
    >
      {frames.slice(from, to).map((frame) => (
        <FrameTile key={frame.key} jobId={jobId} frame={frame} onOpen={onOpen} t={t} />
      ))}
    </div>
  )
})
