import { z } from '@hono/zod-openapi'

export const policy = z
  .object({
    /** Where the file lies. */
    path: z.string(),
    /** The file itself. */
    text: z.string(),
    /** What is wrong with it; then the last one that was right counts. */
    problem: z.string().nullable(),
    /** As it counts now, with bounds in bytes and milliseconds. */
    policy: z.record(z.string(), z.json()).openapi({ type: 'object', additionalProperties: true }),
  })
  .openapi('Policy')
export type Policy = z.infer<typeof policy>

/** Keys of the file with what a person says of them; an empty text takes one back. */
export const policyChanges = z
  .object({ changes: z.record(z.string().max(40), z.string().max(10_000)) })
  .openapi('PolicyChanges')
export type PolicyChanges = z.infer<typeof policyChanges>
