import { availableParallelism } from 'node:os'
import { expect, it } from 'vitest'
import { parseCpuList, pinnedCpus } from './pinned-cpus.ts'

it('reads the lists that the kernel writes', () => {
  expect(parseCpuList('0')).toEqual([0])
  expect(parseCpuList('0-3,8,10-11')).toEqual([0, 1, 2, 3, 8, 10, 11])
})

it('gives whole processors that this process may use, no more than there are, and not always the first', async () => {
  const one = await Promise.all([0, 0.999].map((draw) => pinnedCpus(0.25, draw)))
  expect(one.map((cpus) => cpus.length)).toEqual([1, 1])
  if (availableParallelism() > 1) expect(one[0]).not.toEqual(one[1])
  const all = await pinnedCpus(1_000, 0.5)
  expect(new Set(all).size).toBe(availableParallelism())
})
