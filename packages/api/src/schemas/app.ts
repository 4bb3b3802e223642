import { z } from '@hono/zod-openapi'
import { timestampMs } from './primitives.ts'

/** Opens the Golem App in one browser, once. */
export const appLink = z
  .object({
    url: z.string().openapi({ example: 'http://127.0.0.1:4000/enter?code=0f3c' }),
    expiresAtMs: timestampMs,
  })
  .openapi('AppLink')
export type AppLink = z.infer<typeof appLink>

/** A folder of the daemon's for files of a page. */
export const upload = z
  .object({
    id: z.string(),
    /** Of all its files together. */
    maxBytes: z.number().int(),
    maxFiles: z.number().int(),
  })
  .openapi('Upload')
export type Upload = z.infer<typeof upload>

export const uploadedFile = z
  .object({
    /** Absolute, on the daemon's machine: as parameters of a job name it. */
    path: z.string(),
    sizeBytes: z.number().int(),
  })
  .openapi('UploadedFile')
export type UploadedFile = z.infer<typeof uploadedFile>
