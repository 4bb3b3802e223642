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

/** What a command of WASI answers (`wasmInterface` in packages/protocol/src/manifest.ts). */
export const runAnswer = z.object({
  exitCode: z.number().int(),
  stdout: z.string().optional(),
  stdoutBase64: z.string().optional(),
  stderr: z.string().optional(),
})
