import { z } from 'zod'
import { address, cid } from './primitives.ts'

/** Upper bounds for one subtask of an application; the sandbox enforces the smaller of these and the provider's. */
export const limits = z.strictObject({
  memoryBytes: z.number().int().positive(),
  pids: z.number().int().positive().max(4096),
  cores: z.number().positive(),
  /** Of one subtask, by the clock on the wall. */
  wallMs: z.number().int().positive(),
  /** Of all that one subtask leaves in its output folder. */
  outputBytes: z.number().int().positive(),
  outputFiles: z.number().int().positive(),
  logBytes: z.number().int().positive(),
})
export type Limits = z.infer<typeof limits>

/**
 * What an application runs and what it asks for. Its canonical JSON is stored by CID: one changed byte is another
 * application. `{tool}` versions are exact, because two builds of a renderer are two applications.
 */
export const manifest = z.strictObject({
  format: z.literal('golem-manifest/1'),
  name: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/),
  version: z.string().max(40),
  author: address,
  royaltyBps: z.number().int().min(0).max(2_000),
  runtime: z.strictObject({
    kind: z.literal('oci'),
    /** The host's own programs, bound read-only. */
    root: z.literal('host-tools'),
    /** Exact versions of the host's tools, by name. */
    tools: z.record(z.string(), z.string()),
  }),
  /** Run in the sandbox, with the application's code read-only at /app. */
  command: z.array(z.string()).min(1),
  /** The folder behind /app. */
  code: cid,
  /** One process serves many subtasks: JSON lines on stdin, answers on descriptor 3. */
  mode: z.literal('serve'),
  network: z.literal('none'),
  limits,
})
export type Manifest = z.infer<typeof manifest>
