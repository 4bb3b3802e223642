import type { AppContext, Json, Part } from '@golem/sdk'
import { framesOf } from './frames-of.ts'
import type { Inspection } from './inspection.ts'
import { previewAnswer } from './worker-answers.ts'

const LONGER_SIDE = 320

/** The first frame of a group, small: as it was merged, or as far as its tiles are there. */
export async function preview(
  { call }: Pick<AppContext, 'call'>,
  { inspection, parts, file }: { inspection: Inspection; parts: Part[]; file: string | null },
): Promise<{ file: string }> {
  const { view, width, height } = inspection
  const [first] = framesOf(parts, { width, height })
  const of: { [key: string]: Json } = file === null ? { width, height, tiles: first?.tiles ?? [] } : { picture: file }
  return previewAnswer.parse(await call('preview', { ...of, view, size: LONGER_SIDE }))
}
