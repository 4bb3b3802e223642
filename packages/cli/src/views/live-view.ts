import type { Job } from '@golem/api'
import { createLogUpdate } from 'log-update'
import pico from 'picocolors'
import type { Io } from '../io.ts'
import type { JobView } from './job-view.ts'
import { progressLines } from './progress-lines.ts'

/** Faster redrawing is not seen, and costs the cores that may be lent. */
const REDRAW_MS = 100
const DEFAULT_COLUMNS = 80

/** A job's view, redrawn in place. */
export function createLiveView({ stdout, env }: Pick<Io, 'stdout' | 'env'>): JobView {
  const draw = createLogUpdate(stdout as NodeJS.WriteStream)
  const colors = pico.createColors(env.NO_COLOR === undefined)
  let latest: Job | null = null
  let timer: NodeJS.Timeout | undefined
  const redraw = () => {
    clearTimeout(timer)
    timer = undefined
    if (latest) draw(progressLines(latest, { columns: stdout.columns ?? DEFAULT_COLUMNS, colors }).join('\n'))
  }
  return {
    show: (job) => {
      const first = latest === null
      latest = job
      if (first) redraw()
      else timer ??= setTimeout(redraw, REDRAW_MS)
    },
    note: (line) => draw.persist(line),
    stop: () => {
      redraw()
      draw.done()
      latest = null
    },
  }
}
