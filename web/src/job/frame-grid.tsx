import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { FrameTile } from './frame-tile.tsx'
import type { Frame } from './frames-of.ts'
import { holdPictures } from './picture-queue.ts'

const WIDTH = 176
const GAP = 10
/** Pixels in a millisecond: a screen in half a second. */
const FAST = 1.5

type Props = { jobId: string; frames: Frame[]; onOpen: (key: string) => void }

/** All frames of a job; only rows in sight exist, so that thousands scroll as a dozen do. */
export function FrameGrid({ jobId, frames, onOpen }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return
    const measure = () => {
      setWidth(element.clientWidth)
      setTop(element.getBoundingClientRect().top + window.scrollY)
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
  const rows = useWindowVirtualizer({
    count: width === 0 ? 0 : Math.ceil(frames.length / columns),
    estimateSize: () => height,
    overscan: 3,
    scrollMargin: top,
  })
  // Rows are as high as the window makes them.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height is what changed
  useEffect(() => rows.measure(), [height, rows])
  return (
    <div ref={place} className="relative" style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map((row) => (
        <div
          key={row.key}
          className="absolute inset-x-0 grid"
          style={{
            transform: `translateY(${row.start - top}px)`,
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            gap: GAP,
          }}
        >
          {frames.slice(row.index * columns, (row.index + 1) * columns).map((frame) => (
            <FrameTile key={frame.key} jobId={jobId} frame={frame} onOpen={onOpen} />
          ))}
        </div>
      ))}
    </div>
  )
}
