import { join } from 'node:path'
import type { AppContext, Comparison, Part } from '@golem/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app } from './app.ts'
import type { Inspection } from './inspection.ts'
import { FIXTURES, startWorker, type TestWorker } from './testing/start-worker.ts'
import { verify } from './verify.ts'

const FILE = join(FIXTURES, 'tiny.blend')
const KERNELS = [{ name: 'native', env: {} }, ...(app.program.calibrate?.kernels ?? [])]
/** Seven eighths of the samples: a rider on the tolerance. */
const SAMPLES = 64
const RIDDEN = 56
const inspection = {
  width: 64,
  height: 64,
  choices: { file: FILE, samples: SAMPLES },
  tiles: { allowed: true, margin: 0 },
} as unknown as Inspection

let workers: TestWorker[]
beforeAll(async () => {
  workers = await Promise.all(KERNELS.map(({ env }) => startWorker({ ...env })))
})
afterAll(() => Promise.all(workers.map((worker) => worker.close())))

async function deliver(worker: TestWorker, samples = SAMPLES): Promise<Part> {
  const folder = join(worker.folder, `delivered-${samples}`)
  const params = { ...inspection.choices, samples, frames: [2], outDir: folder }
  const result = await worker.call('render', params)
  const subtask = { id: 'a', group: 'a', label: 'a', request: { method: 'render', params }, units: 1 }
  return { subtask, result, folder }
}

const look = (worker: TestWorker, part: Part, comparison: Comparison) => {
  const context = { call: worker.call } as unknown as AppContext
  return verify(context, { inspection, part, seed: `0x${'5a'.repeat(32)}`, comparison })
}

describe('classes', () => {
  it('show themselves by any seed: one for each kernel, and the same again in another process', async () => {
    const again = await startWorker()
    try {
      for (const seed of ['one', 'two']) {
        const of = async (worker: TestWorker) => ((await worker.call('calibrate', { seed })) as { hash: string }).hash
        const hashes = await Promise.all(workers.map(of))
        expect(new Set(hashes).size).toBe(KERNELS.length)
        expect(await of(again)).toBe(hashes[0])
      }
    } finally {
      await again.close()
    }
  })

  it('hold honest work that is equal to the last bit, and is alike across', async () => {
    for (const [from, own] of workers.entries()) {
      const part = await deliver(own)
      for (const [at, checker] of workers.entries()) {
        const verdict = await look(checker, part, 'tolerant')
        expect([from, at, verdict.accepted]).toEqual([from, at, true])
        expect([from, at, verdict.how.endsWith('equal to the last bit')]).toEqual([from, at, from === at])
        expect([from, at, (await look(checker, part, 'exact')).accepted]).toEqual([from, at, from === at])
      }
    }
  })

  it('let nobody ride on the tolerance: a few samples less are alike across, and wrong inside', async () => {
    for (const worker of workers) {
      const part = await deliver(worker, RIDDEN)
      expect(await look(worker, part, 'exact')).toMatchObject({ accepted: false, code: 'PIXELS_DIFFER' })
    }
  })
})
