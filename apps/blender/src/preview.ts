import type { AppContext, Part } from '@golem/sdk'
import type { Inspection } from './inspection.ts'
import { frameFile, workOf } from './subtask-params.ts'
import { previewAnswer } from './worker-answers.ts'

const LONGER_SIDE = 320

/** The first frame of a delivery, small. */
export async function preview(
  context: Pick<AppContext, 'call'>,
  { inspection, part }: { inspection: Inspection; part: Part },
): Promise<{ file: string }> {
  const [frame = 0] = workOf(part.subtask).frames
  const params = { ...inspection.choices, picture: `${part.folder}/${frameFile(frame)}`, size: LONGER_SIDE }
  return previewAnswer.parse(await context.call('preview', params))
}
