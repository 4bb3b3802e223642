import { z } from 'zod'
import { limits, outboundHost, wasmInterface } from './manifest.ts'
import { cid } from './primitives.ts'

const json = z.json()
const failure = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string().optional(),
  data: json.optional(),
})

/** What the daemon says to an app host, a JSON line each. */
export const toHost = z.union([
  /** Run a function of the application. */
  z.object({ id: z.number(), run: z.string(), job: json, speed: z.number() }),
  /** Give a function up. */
  z.object({ abort: z.number() }),
  /** What the program answered to a call. */
  z.object({ reply: z.number(), result: json.optional(), error: failure.optional() }),
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
  code: z.string(),
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
  limits,
  calibrate: z.object({ method: z.string(), params: z.record(z.string(), json) }).nullable(),
})
export type AppDescription = z.infer<typeof appDescription>
