import {
  type Bytes32,
  bytes32,
  type Calibrate,
  GolemError,
  type Json,
  type Kernel,
  type Manifest,
} from '@golem/protocol'
import { z } from 'zod'

const TIMEOUT_MS = 120_000

/** As a machine computes by itself. */
export const NATIVE: Kernel = { name: 'native', env: {} }

/** What an application's programs can be run as here, the machine's own first: an older one comes after a newer. */
export const kernelsOf = ({ calibrate }: Pick<Manifest, 'calibrate'>): Kernel[] => [
  NATIVE,
  ...(calibrate?.kernels ?? []),
]

const answer = z.object({
  hash: z
    .string()
    .transform((text) => (text.startsWith('0x') ? text : `0x${text}`))
    .pipe(bytes32),
})

type Call = (method: string, params: { [key: string]: Json }, options: { timeoutMs: number }) => Promise<unknown>

/**
 * The class that a running program is in: what it computes for a seed, or where none is given, for the application's fixed
 * task.
 *
 * @throws {GolemError} `CALIBRATION_FAILED`, and what the program says
 */
export async function classBy(call: Call, { method, params }: Calibrate, seed?: Bytes32): Promise<Bytes32> {
  const asked = seed === undefined ? params : { ...params, seed }
  const result = answer.safeParse(await call(method, asked, { timeoutMs: TIMEOUT_MS }))
  if (result.success) return result.data.hash
  throw new GolemError({ code: 'CALIBRATION_FAILED', message: 'The program gave no calibration hash.' })
}

/** The first kernel of this machine that computes as a class does, asked one after another; null where none does. */
export async function findKernel(
  kernels: readonly Kernel[],
  hash: Bytes32,
  classOf: (kernel: Kernel) => Promise<Bytes32>,
): Promise<Kernel | null> {
  for (const kernel of kernels) if ((await classOf(kernel)) === hash) return kernel
  return null
}
