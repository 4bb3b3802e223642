import type { AppContext, Part } from '@golem/sdk'
import { framesOf } from './frames-of.ts'
import type { Inspection } from './inspection.ts'
import type { Parameters } from './parameters.ts'
import { mergeAnswer } from './worker-answers.ts'

type Job = { parameters: Parameters; inspection: Inspection; parts: Part[] }
type Files = { files: string[] }

/** Composites and writes the frames of a group. A file that writes a movie of its own has no pictures to write. */
export async function merge(context: Pick<AppContext, 'call'>, job: Job): Promise<Files> {
  if (job.inspection.movieOnly) return { files: [] }
  const { format } = job.parameters
  return write(context, job, format === undefined ? {} : { format })
}

/** The movie of all frames. */
export async function finish(context: Pick<AppContext, 'call'>, job: Job): Promise<Files> {
  const { movie } = job.parameters
  return write(context, job, movie === undefined ? {} : { format: movie })
}

async function write(context: Pick<AppContext, 'call'>, job: Job, format: { format?: string }): Promise<Files> {
  const { choices, width, height } = job.inspection
  const frames = framesOf(job.parts, { width, height })
  const answer = mergeAnswer.parse(await context.call('merge', { ...choices, ...format, frames }))
  const own = 'movie' in answer ? [answer.movie.file] : answer.frames.map(({ file }) => file)
  return { files: [...own, ...answer.others] }
}
