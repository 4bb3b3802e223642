import { GolemError } from '@golem/protocol'
import type { z } from 'zod'

/** Deeper JSON says nothing that a peer has to say, and what walks it needs a stack as deep. */
const MAX_DEPTH = 100

/**
 * Reads what a peer sent.
 *
 * @throws {GolemError} `MESSAGE_INVALID`, with the policy to penalise
 */
export function readMessage<T>(schema: z.ZodType<T>, raw: Uint8Array): T {
  let value: unknown
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(raw)
    if (isTooDeep(text)) throw new RangeError(`it is nested more than ${MAX_DEPTH} levels deep`)
    value = JSON.parse(text)
  } catch (cause) {
    throw misread(cause instanceof RangeError ? cause.message : 'it is no JSON', cause)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw misread(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim())
}

const OPENING = /[[{]|[\]}]|"(?:[^"\\]|\\.)*"/gs

/** By its brackets outside strings. */
function isTooDeep(text: string): boolean {
  let depth = 0
  for (const [token] of text.matchAll(OPENING)) {
    if (token === '[' || token === '{') depth += 1
    else if (token === ']' || token === '}') depth -= 1
    if (depth > MAX_DEPTH) return true
  }
  return false
}

const misread = (what: string, cause?: unknown): GolemError =>
  new GolemError({
    code: 'MESSAGE_INVALID',
    message: `A message is malformed: ${what.slice(0, 200)}.`,
    peerPolicy: 'penalise',
    cause,
  })
