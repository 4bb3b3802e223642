import type { Json } from '@golem/sdk'
import { z } from 'zod'
import { LINES_NAME, MODULE_NAME, type Parameters } from './parameters.ts'

/** What the program is asked for one input. */
export function runParams({ args, lines }: Parameters, number: number): { [key: string]: Json } {
  return {
    module: `/in/${MODULE_NAME}`,
    args: lines === undefined ? [...args, `${number}`] : args,
    ...(lines === undefined ? {} : { line: { file: `/in/${LINES_NAME}`, number } }),
  }
}

/** What a command may print as its result, and of its log (`MAX_RESULT_BYTES` and `LOG_TAIL_BYTES` in packages/sandbox/src/wasm/runner.ts). */
const MAX_PRINTED = 128 * 1024
const MAX_LOGGED = 2_048

/** What a command of WASI answers (`wasmInterface` in packages/protocol/src/manifest.ts), and no more: what is longer could not be written. */
export const runAnswer = z.object({
  exitCode: z.number().int(),
  stdout: z.string().max(MAX_PRINTED).optional(),
  stdoutBase64: z
    .string()
    .max(4 * Math.ceil(MAX_PRINTED / 3))
    .optional(),
  stderr: z.string().max(MAX_LOGGED).optional(),
})
