import { z } from 'zod'
import { bytes32 } from './primitives.ts'

/** Whatever JSON can say. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]),
)
export const jsonObject: z.ZodType<{ [key: string]: Json }> = z.record(z.string(), json)

const relativePath = z
  .string()
  .min(1)
  .max(1_000)
  .refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), 'a relative path without ".."')

/** A file of the person's disk and its place under /in. */
export const inputFile = z.object({ path: z.string().min(1).max(4_000), as: relativePath })
export type InputFile = z.infer<typeof inputFile>
/** `present` is false where the disk has no such readable file, and where it has one that is `withheld`. */
export type LaidInput = InputFile & { present: boolean; withheld: boolean }

const word = z.string().min(1).max(40)
/** What people call an application's results and subtasks: one, and several. */
export const words = z.object({ result: z.tuple([word, word]), subtask: z.tuple([word, word]) })
export type Words = z.infer<typeof words>
/** Where an application has no words of its own. */
export const PLAIN_WORDS: Words = { result: ['result', 'results'], subtask: ['subtask', 'subtasks'] }

/**
 * How a result compares with what is computed again: `exact`, equal to the last bit, where both were computed in one
 * equivalence class; `tolerant`, alike, across classes.
 */
export const comparison = z.enum(['exact', 'tolerant'])
export type Comparison = z.infer<typeof comparison>

/** A reason to refuse a job before anything is spent. */
export const problem = z.object({ code: z.string(), message: z.string(), remedy: z.string().optional() })
export type Problem = { code: string; message: string; remedy?: string | undefined }

/** One unit of work for one provider. `request` goes to the application's program there. */
export const subtask = z.object({
  /** Unique in the job, stable over restarts. */
  id: z.string().regex(/^[a-z0-9-]{1,60}$/),
  /** Whose result it is a part of. */
  group: z.string().max(60),
  /** For people: `frame 7, tile 2 of 4`. */
  label: z.string().max(120),
  request: z.object({ method: z.string().max(60), params: jsonObject }),
  /** Micro core-seconds of the reference machine. */
  units: z.number().int().positive(),
})
export type Subtask = z.infer<typeof subtask>

/** Something that can be finished by itself, as soon as its subtasks are accepted: a frame, a row of a table. */
export const group = z.object({
  id: z.string().max(60),
  label: z.string().max(120),
  /** How many results it holds, as people count them: frames, rows. */
  count: z.number().int().positive(),
})
export type Group = z.infer<typeof group>

const share = z.number().positive().max(1)
/** More crops show little that these do not; more replicas cost more than doing it oneself. */
export const MAX_CROPS = 16
export const MAX_REPLICAS = 8

const cropsCheck = z.object({ kind: z.literal('crops'), crops: z.number().int().min(1).max(MAX_CROPS), share })
const replicateCheck = z
  .object({
    kind: z.literal('replicate'),
    copies: z.number().int().min(2).max(MAX_REPLICAS),
    agreeing: z.number().int().min(2).max(MAX_REPLICAS),
  })
  .refine(({ copies, agreeing }) => agreeing <= copies, 'no more can agree than there are copies')
const customCheck = z.object({ kind: z.literal('custom') })
const noCheck = z.object({ kind: z.literal('none') })

/**
 * How results are verified.
 * - `exact`: computed again, whole, and compared to the last bit.
 * - `crops`: so many hidden parts, each of this share of the whole, computed again; equal inside a class, alike across.
 * - `replicate`: given to so many providers as have to agree, inside an equivalence class; to more of them, `copies` at most, where
 *   they do not.
 * - `custom`: the application's own check, which runs in the sandbox.
 * - `none`: whatever comes is taken.
 */
export const checkStrategy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exact') }),
  cropsCheck,
  replicateCheck,
  customCheck,
  noCheck,
])
export type CheckStrategy = z.infer<typeof checkStrategy>

/**
 * An application's own choice, `custom` where it makes none. Of `exact`, the daemon by itself does at least this share of
 * the subtasks again, for programs that give the same everywhere, as modules do. `crops` and `custom` are the application's
 * `verify`, which looks at every delivery.
 */
export const check = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exact'), share }),
  cropsCheck,
  replicateCheck,
  customCheck,
  noCheck,
])
export type Check = z.infer<typeof check>

export const plan = z.object({
  subtasks: z.array(subtask).min(1).max(100_000),
  groups: z.array(group).min(1),
  /** Whether `finish` makes something of all parts in the end. */
  finish: z.boolean(),
  check: check.optional(),
})
export type Plan = z.infer<typeof plan>

export const inspected = z.object({
  inspection: json,
  needs: z.array(inputFile).max(10_000),
  problems: z.array(problem),
  summary: z.array(z.string()),
  /** How fast its results are to be shown, where they are a film's pictures. */
  framesPerSecond: z.number().positive().max(1_000).optional(),
})
export type Inspected = z.infer<typeof inspected>

export const estimated = z.object({ estimate: json, totalUnits: z.number().int().positive() })
export type Estimated = z.infer<typeof estimated>

export const verdict = z.discriminatedUnion('accepted', [
  z.object({ accepted: z.literal(true), how: z.string() }),
  /** `evidence` lets the provider run the check again. */
  z.object({ accepted: z.literal(false), how: z.string(), code: z.string(), message: z.string(), evidence: json }),
])
export type Verdict = z.infer<typeof verdict>

/** A subtask with what its provider answered, and its output folder as the local program sees it: null for none. */
export type Part = { subtask: Subtask; result: Json; folder: string | null }

/** What of a result is the same wherever it was computed in one class: 32 bytes hex. */
export const digested = z.object({ digest: bytes32 })

/** Why each answer to a subtask is none; null where it may be one. */
export const answerFaults = z.array(z.string().nullable())

/** Files that a call left, as paths under its `outDir`. */
export const madeFiles = z.object({ files: z.array(z.string()) })
export const madeFile = z.object({ file: z.string() })
