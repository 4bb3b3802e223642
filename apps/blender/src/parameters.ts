import { z } from 'zod'

const name = z.string().min(1).max(100)
const whole = (most: number) => {
  const error = `give a whole number from 1 to ${most.toLocaleString('en')}`
  return z.int(error).min(1, error).max(most, error)
}
/** As Blender bounds them; what is outside it would bend to its own. */
const SIDES = { least: 4, most: 65_536 }
const isSize = (text: string): boolean =>
  text.split('x').every((side) => Number(side) >= SIDES.least && Number(side) <= SIDES.most)

/** What a person may choose about a render; what is left out comes from the file. */
export const parameters = z.strictObject({
  /** Absolute path of the .blend. */
  file: z.string().min(1).max(4_000),
  /** `1-24` or `1-24,30`. */
  frames: z
    .string()
    .regex(/^\s*\d{1,6}(-\d{1,6})?(\s*,\s*\d{1,6}(-\d{1,6})?)*\s*$/, 'frames begin at 0; give them as 1-24 or 1-24,30')
    .optional(),
  frameStep: whole(10_000).optional(),
  /** How a frame is cut: `auto`, or columns x rows. */
  tiles: z
    .string()
    .regex(/^(auto|[1-9]\d?x[1-9]\d?)$/, 'give auto, or columns and rows as in 4x4')
    .default('auto'),
  samples: whole(1_000_000).optional(),
  /** The file's own when left out. */
  format: z.enum(['png', 'exr', 'multilayer-exr', 'jpeg', 'tiff']).optional(),
  /** Also a movie of all frames. */
  movie: z.enum(['mp4', 'webm']).optional(),
  /** `1920x1080`, or a share of the file's own, `50%`. */
  resolution: z
    .string()
    .regex(/^(\d{1,5}x\d{1,5}|[1-9]\d{0,2}%)$/, 'give a size as in 1920x1080 or 50%')
    .refine((text) => text.endsWith('%') || isSize(text), `a side has from ${SIDES.least} to ${SIDES.most} pixels`)
    .optional(),
  scene: name.optional(),
  camera: name.optional(),
  viewLayer: name.optional(),
  denoise: z.literal('off').optional(),
})
export type Parameters = z.infer<typeof parameters>
