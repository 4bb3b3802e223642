import { z } from '@hono/zod-openapi'
import { contentId } from './data.ts'

const path = z
  .string()
  .max(4_000)
  .regex(/^\/[^\0]*$/, 'an absolute path is needed')
const name = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,60}$/, 'a name of an image is like blender-3.4')

export const newImage = z
  .union([
    /** A folder with an OCI image layout. */
    z.object({ name, layout: path }),
    /** A folder with a root file system, and what is run in it. */
    z.object({
      name,
      rootfs: path,
      command: z.array(z.string().max(4_000)).max(100),
      env: z.record(z.string().max(100), z.string().max(4_000)),
      cwd: path,
    }),
  ])
  .openapi('NewImage')
export type NewImage = z.infer<typeof newImage>

export const image = z
  .object({ cid: contentId, name: z.string(), sizeBytes: z.number().int(), addedAtMs: z.number().int() })
  .openapi('Image')
export type Image = z.infer<typeof image>
