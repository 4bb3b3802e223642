import { fileURLToPath } from 'node:url'
import { defineApp } from '@golem/sdk'
import { type Estimate, estimate } from './estimate.ts'
import { type Inspection, inputs, inspect } from './inspect.ts'
import { merge } from './merge.ts'
import { type Parameters, parameters } from './parameters.ts'
import { runAnswer } from './run-params.ts'
import { split } from './split.ts'

const MIB = 1024 * 1024

/**
 * One WebAssembly module over many inputs: any program of WASI, which a job brings along. A module gives the same to the
 * last bit wherever it runs, so deliveries are checked by doing some of them again.
 */
export const app = defineApp<Parameters, Inspection, Estimate>({
  name: 'map',
  version: '0.1.0',
  description: 'Runs a WebAssembly module (WASI) once for each input.',
  program: {
    runtime: {
      kind: 'wasm',
      module: fileURLToPath(new URL('../tools/tools.wasm', import.meta.url)),
      interface: 'command',
    },
    command: [],
    tools: {},
    limits: {
      memoryBytes: 1024 * MIB,
      pids: 32,
      cores: 1,
      wallMs: 10 * 60_000,
      outputBytes: 256 * MIB,
      outputFiles: 1_024,
      logBytes: 16 * MIB,
    },
  },
  parameters,
  inputs,
  inspect,
  estimate,
  split,
  answer: runAnswer,
  merge,
})
