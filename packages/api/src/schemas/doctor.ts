import { z } from '@hono/zod-openapi'

export const check = z
  .object({ name: z.string(), ok: z.boolean(), detail: z.string(), remedy: z.string().optional() })
  .openapi('Check')
export type Check = z.infer<typeof check>
export const doctorReport = z.object({ checks: z.array(check) }).openapi('Doctor')
export type DoctorReport = z.infer<typeof doctorReport>
