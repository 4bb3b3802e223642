import { z } from 'zod'
import { words } from './application.ts'
import { calibrate } from './calibration.ts'
import { limits, outboundHost, wasmInterface } from './manifest.ts'
import { cid } from './primitives.ts'

const json = z.json()
const failure = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string().optional(),
  data: json.optional(),
})

/** Of a message's text, in one line: lines are bounded to 1 MiB, and a letter of JSON inside JSON takes up to four bytes. */
const PIECE_CHARACTERS = 128 * 1024

/** A message that is longer than a line may be comes in pieces; the last one ends it. */
const piece = z.strictObject({ piece: z.string(), isLast: z.boolean() })

/** The lines of one message, between the daemon and an app host. */
export function linesOf(message: ToHost | FromHost): string[] {
  const text = JSON.stringify(message)
  if (text.length <= PIECE_CHARACTERS) return [text]
  return Array.from({ length: Math.ceil(text.length / PIECE_CHARACTERS) }, (_, position) => {
    const from = position * PIECE_CHARACTERS
    const isLast = from + PIECE_CHARACTERS >= text.length
    return JSON.stringify({ piece: text.slice(from, from + PIECE_CHARACTERS), isLast })
  })
}

/** Puts lines together again. @throws {RangeError} for a message of more than `maxCharacters` */
export function lineJoiner({ maxCharacters }: { maxCharacters: number }) {
  let pieces: string[] = []
  let length = 0
  /** The message that ends with this line, or null where it goes on. */
  return (line: string): unknown => {
    const value: unknown = JSON.parse(line)
    const parsed = piece.safeParse(value)
    if (!parsed.success) return value
    pieces.push(parsed.data.piece)
    length += parsed.data.piece.length
    if (length > maxCharacters) throw new RangeError(`a message has more than ${maxCharacters} characters`)
    if (!parsed.data.isLast) return null
    const whole: unknown = JSON.parse(pieces.join(''))
    pieces = []
    length = 0
    return whole
  }
}

/** What the daemon says to an app host, a JSON line each. */
export const toHost = z.union([
  /** Run a function of the application. */
  z.object({ id: z.number(), run: z.string(), job: json, speed: z.number() }),
  /** Give a function up. */
  z.object({ abort: z.number() }),
  /** What the program answered to a call. */
  z.object({
    reply: z.number(),
    result: json.optional(),
    files: z.array(z.string()).optional(),
    error: failure.optional(),
  }),
])
export type ToHost = z.infer<typeof toHost>

/** What an app host says to the daemon. */
export const fromHost = z.union([
  z.object({ ready: json }),
  z.object({ id: z.number(), result: json }),
  z.object({ id: z.number(), error: failure }),
  /** A function, `id`, asks the application's program. */
  z.object({
    call: z.number(),
    id: z.number(),
    method: z.string(),
    params: z.record(z.string(), json),
    timeoutMs: z.number().optional(),
  }),
])
export type FromHost = z.infer<typeof fromHost>

/** How an application describes itself, the version of each tool still to be found. */
export const appDescription = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  words,
  /** Endings of the files that its inputs may draw in. */
  draws: z.array(z.string().regex(/^[a-z0-9]{1,16}$/)).max(500),
  code: z.string().nullable(),
  /** As in the manifest, but a module by its path. */
  runtime: z.union([
    z.strictObject({ kind: z.literal('oci'), root: z.literal('host-tools') }),
    z.strictObject({ kind: z.literal('oci'), root: z.literal('image'), image: cid }),
    z.strictObject({ kind: z.literal('wasm'), module: z.string().nullable(), interface: wasmInterface }),
  ]),
  command: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  /** What its program runs on, by the name under which the program tells its version when it is ready. */
  tools: z.record(z.string(), z.object({ apt: z.string() })),
  outbound: z.array(outboundHost),
  gpu: z.boolean(),
  limits,
  /** Whether it says what of a result is the same everywhere. */
  digests: z.boolean(),
  /** Whether it says what its program's answers look like. */
  knowsAnswers: z.boolean(),
  calibrate: calibrate.nullable(),
  glimpse: z
    .object({ method: z.string(), params: z.record(z.string(), json), sketch: z.string().optional() })
    .nullable(),
})
export type AppDescription = z.infer<typeof appDescription>
