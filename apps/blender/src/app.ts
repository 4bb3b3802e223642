import { fileURLToPath } from 'node:url'
import { defineApp } from '@golem/sdk'
import { digest } from './digest.ts'
import { DRAWN_IN } from './drawn-in.ts'
import { type Estimate, estimate } from './estimate.ts'
import { inputs, inspect } from './inspect.ts'
import type { Inspection } from './inspection.ts'
import { finish, merge } from './merge.ts'
import { type Parameters, parameters } from './parameters.ts'
import { preview } from './preview.ts'
import { sketch } from './sketch.ts'
import { split } from './split.ts'
import { verify } from './verify.ts'

/**
 * What Cycles leaves out when it is told to, newest first. Debian's build computes the same with SSE 4.1, 3 and 2: three
 * classes on one processor, and more where others round otherwise.
 */
const KERNELS = [
  { name: 'avx', env: { CYCLES_CPU_NO_AVX2: '1' } },
  { name: 'sse4.1', env: { CYCLES_CPU_NO_AVX2: '1', CYCLES_CPU_NO_AVX: '1' } },
]

const MIB = 1024 * 1024

/** Blender rendering. Frames come back as raw floats and are composited here, so that a cut never shows. */
export const app = defineApp<Parameters, Inspection, Estimate>({
  name: 'blender',
  version: '0.1.0',
  description: 'Renders .blend files with Cycles on CPU.',
  words: { result: ['frame', 'frames'], subtask: ['tile', 'tiles'] },
  draws: DRAWN_IN,
  program: {
    code: fileURLToPath(new URL('../worker', import.meta.url)),
    command: [
      'blender',
      '--background',
      '--factory-startup',
      '--disable-autoexec',
      '--threads',
      '1',
      '--python-exit-code',
      '1',
      '--python',
      '/app/worker.py',
    ],
    // Without a home Blender crashes.
    env: { HOME: '/tmp' },
    tools: {
      blender: { apt: 'blender' },
    },
    limits: {
      memoryBytes: 4096 * MIB,
      pids: 64,
      cores: 1,
      wallMs: 60 * 60_000,
      outputBytes: 4096 * MIB,
      outputFiles: 4096,
      logBytes: MIB,
    },
    calibrate: { method: 'calibrate', params: {}, kernels: KERNELS },
    glimpse: { method: 'glimpse', params: { size: 320 }, sketch: 'sketch' },
  },
  parameters,
  inputs,
  inspect,
  estimate,
  split,
  verify,
  digest,
  merge,
  finish,
  preview,
  sketch,
})
