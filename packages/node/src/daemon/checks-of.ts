import type { Check } from '@golem/api'
import { GolemError } from '@golem/protocol'
import { z } from 'zod'

const looked = z.array(
  z.object({ name: z.string(), ok: z.boolean(), detail: z.string(), remedy: z.string().optional() }),
)

/** What a trouble says to who asks what is missing: all that was looked at, where it tells that, else itself. */
export function checksOf(name: string, trouble: unknown): Check[] {
  if (!(trouble instanceof GolemError)) return [{ name, ok: false, detail: String(trouble) }]
  const { message, remedy, data } = trouble
  const told = looked.safeParse(data.checks)
  // The remedy is to ask for these checks: here they are.
  if (told.success && told.data.some(({ ok }) => !ok)) return told.data as Check[]
  return [{ name, ok: false, detail: message, ...(remedy === undefined ? {} : { remedy }) }]
}
