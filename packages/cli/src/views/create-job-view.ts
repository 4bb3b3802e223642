import type { Job } from '@golem/api'
import type { Cli } from '../cli.ts'
import { changeLines } from './change-lines.ts'
import type { JobView } from './job-view.ts'

/**
 * Live on a terminal; elsewhere lines, which go to stderr where stdout is kept for one JSON document.
 *
 * @param shown what an earlier view has told of already
 */
export async function createJobView({ io, json }: Cli, shown: Job | null = null): Promise<JobView> {
  // A terminal that has no columns (some consoles of machines without a screen) has no room to draw in.
  if (io.stdout.isTTY && io.stdout.columns !== 0 && !json)
    return (await import('./live-view.ts')).createLiveView(io, shown)
  const sink = json ? io.stderr : io.stdout
  let before = shown
  const note = (line: string) => void sink.write(`${line}\n`)
  return {
    show: (job) => {
      for (const line of changeLines(before, job)) note(line)
      before = job
    },
    note,
    stop: () => {},
  }
}
