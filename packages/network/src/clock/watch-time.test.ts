import { afterEach, expect, it } from 'vitest'
import { addressOf, testGrid } from '../../test/grid.ts'
import type { GolemNode } from '../golem-node.ts'
import { silentLogger } from '../logger.ts'
import { readTime, watchTime } from './watch-time.ts'

const HOUR_MS = 60 * 60_000

const grid = testGrid()
afterEach(() => grid.stop())

it('goes by the clock of its peers where its own is an hour off', async () => {
  const hub = await grid.join()
  const node = await grid.join({ targetPeers: 3 })
  const watch = watchTime(
    { node: node.libp2p as unknown as GolemNode, network: node, logger: silentLogger },
    () => Date.now() - HOUR_MS,
  )
  await grid.join({ bootstrap: [addressOf(hub)] })
  await node.connect(addressOf(hub))
  await expect.poll(() => watch.correctionMs() / HOUR_MS, { timeout: 20_000 }).toBeCloseTo(1, 2)
  expect(node.clockCorrectionMs()).toBe(0)
  watch.stop()
})

it.each(['', 'soon', '-1', '1e3', '12345678901234567'])('takes %j for no time', (text) => {
  expect(() => readTime(new TextEncoder().encode(text))).toThrow(expect.objectContaining({ code: 'TIME_INVALID' }))
})
