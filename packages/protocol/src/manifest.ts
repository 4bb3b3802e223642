import { z } from 'zod'
import { calibrate } from './calibration.ts'
import { address, type Cid, cid } from './primitives.ts'

/** Upper bounds for one sandboxed program; the sandbox enforces the smaller of these and the provider's. */
export const limits = z.strictObject({
  memoryBytes: z.number().int().positive(),
  pids: z.number().int().positive().max(4096),
  cores: z.number().positive(),
  /** Of one subtask, by the clock on the wall. */
  wallMs: z.number().int().positive(),
  /** Of all that the program holds on the disk at once: results that wait, and what it works with. */
  diskBytes: z.number().int().positive(),
  /** Of all that one subtask leaves in its output folder. */
  outputBytes: z.number().int().positive(),
  outputFiles: z.number().int().positive(),
  /** Of one file. */
  fileBytes: z.number().int().positive(),
  logBytes: z.number().int().positive(),
})
export type Limits = z.infer<typeof limits>

/** A named host and port that a program may reach: `example.org:443`. */
export const outboundHost = z
  .string()
  .max(260)
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?:[1-9][0-9]{0,4}$/, 'a host is name:port, such as example.org:443')

/**
 * How a module is asked; each request runs in a fresh instance. `protocol`: it speaks the protocol of programs by itself,
 * requests on its input and answers on its output. `command`: any program of WASI, whose arguments and input a request
 * names, and whose exit code and output are the answer.
 */
export const wasmInterface = z.enum(['protocol', 'command'])
export type WasmInterface = z.infer<typeof wasmInterface>

/** What a program runs on. */
export const runtime = z.discriminatedUnion('kind', [
  z.discriminatedUnion('root', [
    z.strictObject({
      kind: z.literal('oci'),
      /** The host's own programs, bound read-only. */
      root: z.literal('host-tools'),
      /** Exact versions of the host's tools, by name: two builds of a renderer are two applications. */
      tools: z.record(z.string(), z.string()),
    }),
    z.strictObject({
      kind: z.literal('oci'),
      /** An OCI image: of its own configuration only arguments, environment and working folder count. */
      root: z.literal('image'),
      /** The image's layout folder. */
      image: cid,
    }),
  ]),
  z.strictObject({
    /** WebAssembly 2.0 with WASI preview 1. */
    kind: z.literal('wasm'),
    /** The module file; null where every job brings its own among its inputs. */
    module: cid.nullable(),
    interface: wasmInterface,
  }),
])
export type Runtime = z.infer<typeof runtime>

/**
 * What an application runs and what it asks for. Its canonical JSON is stored by CID: one changed byte is another
 * application.
 */
export const manifest = z.strictObject({
  format: z.literal('golem-manifest/2'),
  name: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/),
  version: z.string().max(40),
  author: address,
  royaltyBps: z.number().int().min(0).max(2_000),
  runtime,
  /** Run in the sandbox. An image may bring its own; a module takes these as its arguments. */
  command: z.array(z.string().max(4_000)).max(100),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(4_000)),
  /** The folder behind /app, read-only; null for none. */
  code: cid.nullable(),
  /** One process serves many subtasks: JSON lines on stdin, answers on descriptor 3. */
  mode: z.literal('serve'),
  /** Nothing, or these hosts and no others. Granted by the provider's policy, or the application does not run there. */
  network: z.union([z.literal('none'), z.strictObject({ outbound: z.array(outboundHost).min(1).max(64) })]),
  gpu: z.boolean(),
  limits,
  calibrate: calibrate.nullable(),
})
export type Manifest = z.infer<typeof manifest>

/** The image that an application runs on, or null where it runs on none. */
export const imageOf = ({ runtime }: Pick<Manifest, 'runtime'>): Cid | null =>
  runtime.kind === 'oci' && runtime.root === 'image' ? runtime.image : null

/** The hosts that an application may reach. */
export const outboundOf = ({ network }: Pick<Manifest, 'network'>): readonly string[] =>
  network === 'none' ? [] : network.outbound
