import type { Kernel } from '@golem/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { NATIVE } from '../classes.ts'
import { createHeadroom, createProgramPool, type Headroom, type ProgramPool } from './program-pool.ts'

const OLD: Kernel = { name: 'old', env: {} }
const OLDER: Kernel = { name: 'older', env: {} }
const SHORT_MS = 1_000
const LONG_MS = 60_000

class Fake {
  alive = true
  tidied = 0
  readonly kernel: string
  constructor(kernel: string) {
    this.kernel = kernel
  }
  async close() {
    this.alive = false
  }
}

describe('programs of one job', () => {
  let nowMs: number
  let started: Fake[]
  let refused: string | null
  /** What runs, by its name: called, it ends. */
  let running: Map<string, () => void>

  beforeEach(() => {
    nowMs = 0
    started = []
    refused = null
    running = new Map()
  })

  const poolIn = (headroom: Headroom, bytes = 1): ProgramPool<Fake> =>
    createProgramPool({
      start: async ({ name }) => {
        if (refused === name && started.some(({ kernel }) => kernel === name)) throw new Error('no memory')
        const fake = new Fake(name)
        started.push(fake)
        return fake
      },
      tidy: async (program) => {
        program.tidied += 1
      },
      now: () => nowMs,
      ...{ bytes, headroom },
    })
  const headroomFor = (programs: number, memoryBytes = 100) => createHeadroom({ programs, memoryBytes })
  const until = (name: string) => async (): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    running.set(name, resolve)
    await promise
    running.delete(name)
    return name
  }
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve()
  }
  /** Those that run, once nothing moves any more. */
  const names = async (): Promise<string[]> => {
    await turns()
    return [...running.keys()]
  }
  const end = async (name: string, afterMs = 0): Promise<void> => {
    await turns()
    nowMs += afterMs
    running.get(name)?.()
    await turns()
  }
  const kernelsAlive = () => started.filter(({ alive }) => alive).map(({ kernel }) => kernel)

  it('are one, where nothing waits for long', async () => {
    const pool = poolIn(headroomFor(4))
    const all = ['a', 'b', 'c'].map((name) => pool.inAny(until(name), NATIVE))
    for (const name of ['a', 'b', 'c']) {
      expect(await names()).toEqual([name])
      await end(name, SHORT_MS)
    }
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c'])
    expect(started).toMatchObject([{ kernel: 'native', tidied: 3 }])
  })

  it('become more where things would wait, as many as there is headroom for', async () => {
    const pool = poolIn(headroomFor(2))
    void pool.inAny(until('a'), NATIVE)
    await end('a', LONG_MS)
    for (const name of ['b', 'c', 'd', 'e']) void pool.inAny(until(name), NATIVE)
    expect(await names()).toEqual(['b', 'c', 'd'])
    await end('c')
    expect(await names()).toEqual(['b', 'd', 'e'])
    expect(kernelsAlive()).toEqual(['native', 'native', 'native'])
  })

  it('become more while the very first thing takes long', async () => {
    const pool = poolIn(headroomFor(2))
    void pool.inAny(until('a'), NATIVE)
    await turns()
    nowMs += LONG_MS
    void pool.inAny(until('b'), NATIVE)
    expect(await names()).toEqual(['a', 'b'])
  })

  it('take no more memory than there is', async () => {
    const pool = poolIn(headroomFor(8, 100), 60)
    void pool.inAny(until('a'), NATIVE)
    await end('a', LONG_MS)
    for (const name of ['b', 'c', 'd']) void pool.inAny(until(name), NATIVE)
    expect(await names()).toEqual(['b', 'c'])
  })

  it('share the headroom with those of other jobs, until their job ends', async () => {
    const headroom = headroomFor(1)
    const [one, other] = [poolIn(headroom), poolIn(headroom)]
    const crowd = async (pool: ProgramPool<Fake>, first: string, second: string) => {
      void pool.inAny(until(first), NATIVE)
      await turns()
      nowMs += LONG_MS
      const waits = pool.inAny(until(second), NATIVE)
      waits.catch(() => undefined)
    }
    await crowd(one, 'a', 'b')
    await crowd(other, 'c', 'd')
    expect(await names()).toEqual(['a', 'b', 'c'])
    const ending = one.close()
    await end('a')
    await end('b')
    await ending
    void other.inAny(until('e'), NATIVE)
    expect(await names()).toEqual(['c', 'd'])
  })

  it('merge in the first, before what waits there, and what any could do is done beside it', async () => {
    const pool = poolIn(headroomFor(1))
    void pool.inAny(until('a'), NATIVE)
    await end('a', LONG_MS)
    for (const name of ['b', 'c', 'd']) void pool.inAny(until(name), NATIVE)
    expect(await names()).toEqual(['b', 'c'])
    void pool.inFirst(until('merge'))
    await end('b')
    expect(await names()).toEqual(['c', 'merge'])
    await end('c')
    expect(await names()).toEqual(['merge', 'd'])
  })

  it('leave the first free where another is', async () => {
    const pool = poolIn(headroomFor(1))
    void pool.inAny(until('a'), NATIVE)
    await turns()
    nowMs += LONG_MS
    void pool.inAny(until('b'), NATIVE)
    await end('a')
    await end('b')
    void pool.inAny(until('c'), NATIVE)
    void pool.inFirst(until('merge'))
    expect(await names()).toEqual(['c', 'merge'])
  })

  it('of another kernel run beside, one without any headroom, and in the place of one that is idle', async () => {
    const pool = poolIn(headroomFor(0))
    void pool.inAny(until('native'), NATIVE)
    void pool.inAny(until('old'), OLD)
    void pool.inAny(until('older'), OLDER)
    expect(await names()).toEqual(['native', 'old'])
    expect(kernelsAlive()).toEqual(['native', 'old'])
    await end('old')
    expect(await names()).toEqual(['native', 'older'])
    expect(kernelsAlive()).toEqual(['native', 'older'])
  })

  it('are replaced where one died', async () => {
    const pool = poolIn(headroomFor(0))
    void pool.inFirst(until('a'))
    await end('a')
    for (const fake of started) fake.alive = false
    void pool.inFirst(until('b'))
    expect(await names()).toEqual(['b'])
    expect(kernelsAlive()).toEqual(['native'])
  })

  it('stay as many as they are where one more does not start: what waited is done by the others', async () => {
    refused = 'native'
    const headroom = headroomFor(1)
    const pool = poolIn(headroom)
    void pool.inAny(until('a'), NATIVE)
    await turns()
    nowMs += LONG_MS
    const waits = pool.inAny(until('b'), NATIVE)
    expect(await names()).toEqual(['a'])
    await end('a')
    await end('b')
    expect(await waits).toBe('b')
    expect(headroom.take(1)).toBe(true)
  })

  it('refuse what waits at the end, and leave nothing behind', async () => {
    const pool = poolIn(headroomFor(0))
    const runs = pool.inAny(until('a'), NATIVE)
    const waits = pool.inAny(until('b'), NATIVE)
    await turns()
    const closing = pool.close()
    await expect(waits).rejects.toMatchObject({ code: 'JOB_ENDED' })
    await end('a')
    expect(await runs).toBe('a')
    await closing
    await expect(pool.inFirst(until('c'))).rejects.toMatchObject({ code: 'JOB_ENDED' })
    expect(kernelsAlive()).toEqual([])
  })

  it('say why something failed, and go on', async () => {
    const pool = poolIn(headroomFor(0))
    const fails = pool.inAny(async () => Promise.reject(new Error('broken')), NATIVE)
    await expect(fails).rejects.toThrow('broken')
    expect(await pool.inFirst(async () => 'well')).toBe('well')
    expect(started).toMatchObject([{ tidied: 2 }])
  })
})
