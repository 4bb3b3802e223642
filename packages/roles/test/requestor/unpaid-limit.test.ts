import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGrid, type Grid } from '../grid.ts'
import { begin, ended, FAIR_PRICE, until } from './jobs.ts'

/** After so many refusals a provider would be left. */
const LONG_MS = 30_000

describe('the unpaid limit of a provider', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid({ pace: 20 })
  })
  afterEach(() => grid.stop())

  it('is kept over all jobs of a requestor, so that none of them is refused', async () => {
    const gate = Promise.withResolvers<void>()
    const begun: number[] = []
    const { node: lender } = await grid.provider({
      cores: 4,
      unpaidLimitWei: 2n * FAIR_PRICE,
      gate: async (n) => {
        begun.push(n)
        await gate.promise
      },
    })
    const { requestor, node } = await grid.requestor()
    const first = await begin(requestor, node, 3, { outDir: '/home/first' })
    await expect.poll(() => begun.length, { timeout: 30_000 }).toBe(2)
    const second = await begin(requestor, node, 3, { outDir: '/home/second' })
    const hired = await until(
      requestor,
      second.id,
      ({ providers, state }) => state === 'running' && providers.length > 0,
    )
    expect(hired.subtasks.running).toBe(0)
    await grid.clock.sleep(LONG_MS)
    const waiting = requestor.job(second.id)
    expect(waiting.providers).toMatchObject([{ address: lender.signer.address, state: 'idle' }])
    expect(begun).toHaveLength(2)
    gate.resolve()
    for (const { id } of [first, second]) expect(await ended(requestor, id)).toMatchObject({ state: 'done' })
  })
})
