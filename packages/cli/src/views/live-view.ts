import type { Job } from '@golem/api'
import { createLogUpdate } from 'log-update'
import pico from 'picocolors'
import type { Io } from '../io.ts'
import { rejectionLines, summaryLines } from './change-lines.ts'
import type { JobView } from './job-view.ts'
import { progressLines } from './progress-lines.ts'

/** Faster redrawing is not seen, and costs the cores that may be lent. */
const REDRAW_MS = 100
const DEFAULT_COLUMNS = 80

/** A job's view, redrawn in place below lines that stay. `shown`: the view that earlier lines were of. */
export function createLiveView({ stdout, env }: Pick<Io, 'stdout' | 'env'>, shown: Job | null): JobView {
  const draw = createLogUpdate(stdout as NodeJS.WriteStream)
  const colors = pico.createColors(env.NO_COLOR === undefined)
  let latest = shown
  let drawn = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  const redraw = () => {
    clearTimeout(timer)
    timer = undefined
    drawn = true
    if (latest) draw(progressLines(latest, { columns: stdout.columns ?? DEFAULT_COLUMNS, colors }).join('\n'))
  }
  return {
    show: (job) => {
      const lasting = [...summaryLines(latest, job), ...rejectionLines(latest, job)]
      latest = job
      if (lasting.length > 0) draw.persist(lasting.join('\n'))
      timer ??= setTimeout(redraw, drawn ? REDRAW_MS : 0)
    },
    note: (line) => draw.persist(line),
    stop: () => {
      if (stopped) return
      stopped = true
      redraw()
      draw.done()
    },
  }
}
