import type { Json, Subtask } from '@golem/sdk'
import { z } from 'zod'
import type { Choices } from './choices.ts'
import type { Region } from './worker-answers.ts'

const region = z.object({ x0: z.int(), y0: z.int(), x1: z.int(), y1: z.int() })
const schema = z.looseObject({
  frames: z.array(z.int()).min(1),
  region: region.optional(),
  margin: z.int().nonnegative().default(0),
})

type Work = Choices & { frames: number[]; region?: Region; margin?: number }

/** The parameters of a render subtask, as they travel. */
export const subtaskParams = (work: Work): { [key: string]: Json } => ({ ...work })

/** What a subtask renders. */
export const workOf = (subtask: Subtask): { frames: number[]; region?: Region | undefined; margin: number } =>
  schema.parse(subtask.request.params)

/** The worker's name for the picture of a frame. A provider's own word for it is never used as a path. */
export const frameFile = (frame: number): string => `frame_${String(frame).padStart(6, '0')}.exr`
