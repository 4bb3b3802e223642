import { z } from 'zod'

const PLAIN_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/
const path = z.string().min(1, 'must name a file').max(4_000)

export const parameters = z
  .strictObject({
    /** A WebAssembly module that is a program of WASI preview 1. */
    module: path,
    /** Its arguments, the same for each input. */
    args: z.array(z.string().max(4_000)).max(100).default([]),
    /** A file of which each line is one input: what the program reads. */
    lines: path.optional(),
    /** Without lines: so many runs, each with its number, from 0 on, as a last argument. */
    count: z.number().int().min(1, 'must be at least 1').max(100_000, 'must be at most 100,000').optional(),
    /** Further files, which the program finds in /in under these names. */
    files: z.record(z.string(), path).default({}),
    /** The share that is computed again here and compared, 0 to 1. */
    check: z.number().positive('must be more than 0').max(1, 'must be at most 1').default(0.1),
  })
  .refine(({ lines, count }) => (lines === undefined) !== (count === undefined), {
    message: 'names either lines or count',
  })
  .refine(({ files }) => Object.keys(files).every((name) => PLAIN_NAME.test(name)), {
    message: 'must have plain names',
    path: ['files'],
  })
  .refine(({ files }) => !(MODULE_NAME in files || LINES_NAME in files), {
    message: `uses the names ${'module.wasm'} and ${'lines'} itself`,
    path: ['files'],
  })
export type Parameters = z.infer<typeof parameters>

/** Where inputs lie in /in. */
export const MODULE_NAME = 'module.wasm'
export const LINES_NAME = 'lines'
