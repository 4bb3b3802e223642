import type { App, Network } from '@golem/ports'
import { ACTIVITY_PROTOCOL, type CheckStrategy, type Comparison, type Json } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createGrid, type Grid, type ProviderShape } from '../grid.ts'
import { manifest, squaresApp } from '../squares-app.ts'
import { hostileProvider } from './hostile.ts'
import { begin, ended } from './jobs.ts'

/** A program that computes as on an older processor where its environment says so, on a machine with a new one. */
const kernels = [
  { name: 'older', env: { PROCESSOR: 'older' } },
  { name: 'old', env: { PROCESSOR: 'old' } },
]
const calibrate = { method: 'calibrate', params: {}, kernels }
const classed = { manifest: { ...manifest, calibrate } }
const CROPS = { kind: 'crops', crops: 1, share: 0.04 } as const

type Seen = { comparison: Comparison; processor: Json; check: CheckStrategy }

describe('what is compared', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid()
  })
  afterEach(() => grid.stop())

  /** How the deliveries of one provider were looked at. */
  async function looksAt(shape: ProviderShape, app: Partial<App> = {}): Promise<Seen[]> {
    const seen: Seen[] = []
    await grid.provider({ app: classed, ...shape })
    const { requestor, node } = await grid.requestor(
      undefined,
      {},
      {
        ...classed,
        split: async (job) => ({ ...(await squaresApp.split(job)), check: CROPS }),
        verify: async (program, job, signal) => {
          seen.push({ comparison: job.comparison, processor: await program.call('processor', {}), check: job.check })
          return squaresApp.verify(program, job, signal)
        },
        ...app,
      },
    )
    expect((await ended(requestor, (await begin(requestor, node, 3)).id)).state).toBe('done')
    expect(seen).toHaveLength(3)
    return seen
  }
  const all = (seen: Seen): Seen[] => [seen, seen, seen]

  it('with a provider in the own class is compared to the last bit', async () => {
    expect(await looksAt({ processor: 'new' })).toEqual(all({ comparison: 'exact', processor: 'new', check: CROPS }))
  })

  it('with a provider in a class that can be computed here is compared to the last bit, computed as it did', async () => {
    expect(await looksAt({ processor: 'old' })).toEqual(all({ comparison: 'exact', processor: 'old', check: CROPS }))
  })

  it('of providers in two classes is compared side by side', async () => {
    for (const processor of ['new', 'old']) await grid.provider({ app: classed, processor })
    const both = Promise.withResolvers<void>()
    const seen = new Set<Json>()
    const { requestor, node } = await grid.requestor(
      undefined,
      {},
      {
        ...classed,
        split: async (job) => ({ ...(await squaresApp.split(job)), check: CROPS }),
        verify: async (program, job, signal) => {
          if (seen.add(await program.call('processor', {})).size === 2) both.resolve()
          // Neither is judged before the other is looked at.
          await both.promise
          return squaresApp.verify(program, job, signal)
        },
      },
    )
    expect((await ended(requestor, (await begin(requestor, node, 8)).id)).state).toBe('done')
    expect(seen).toEqual(new Set(['new', 'old']))
  })

  it('lies no longer than it takes where it was computed as in another class: only the first program merges', async () => {
    await grid.provider({ app: classed, processor: 'old' })
    const node = grid.newNode()
    /** Most that lie for one program. */
    const laid = (): number => {
      const folders = new Set(
        [...node.disk.keys()].flatMap((path) => path.match(/programs\/[^/]+\/deliveries\/[^/]+/)?.[0] ?? []),
      )
      return Math.max(
        0,
        ...Map.groupBy(folders, (path) => path.split('/')[1])
          .values()
          .map(({ length }) => length),
      )
    }
    const together: number[] = []
    const { requestor } = await grid.requestor(
      node,
      {},
      {
        ...classed,
        split: async (job) => ({ ...(await squaresApp.split(job)), check: CROPS }),
        verify: async (program, job, signal) => {
          together.push(laid())
          return squaresApp.verify(program, job, signal)
        },
      },
    )
    expect((await ended(requestor, (await begin(requestor, node, 3)).id)).state).toBe('done')
    expect(together).toEqual([1, 1, 1])
    expect(laid()).toBe(0)
  })

  const twice = { ...CROPS, crops: 2 }
  it('with a provider in a class that cannot be computed here is compared tolerantly, and in more places', async () => {
    const tolerant: Seen = { comparison: 'tolerant', processor: 'new', check: twice }
    expect(await looksAt({ processor: 'strange' })).toEqual(all(tolerant))
  })

  it('with a provider of an older version, that says no class, is compared tolerantly', async () => {
    const over = ({ network }: { network: Network }) => ({
      network: {
        ...network,
        handle: (...[protocol, ...rest]: Parameters<Network['handle']>) =>
          network.handle(protocol === ACTIVITY_PROTOCOL ? '/golem/activity/1.3.0' : protocol, ...rest),
      },
    })
    const seen = await looksAt({ processor: 'new', over })
    expect(seen.map(({ comparison }) => comparison)).toEqual(['tolerant', 'tolerant', 'tolerant'])
  })

  it('on GPUs is compared tolerantly', async () => {
    const app = { manifest: { ...classed.manifest, gpu: true } }
    const [first] = await looksAt({ processor: 'new' }, app)
    expect(first).toMatchObject({ comparison: 'tolerant', check: twice })
  })

  it('of a rejection is computed again in the class that the provider showed', async () => {
    const own = await grid.provider({ app: classed, processor: 'old', square: (n) => n + 1 })
    const { requestor, node } = await grid.requestor(undefined, {}, classed)
    await begin(requestor, node, 3)
    const { verdict } = await vi.waitUntil(() => own.provider.rejections()[0], { timeout: 20_000 })
    const read = async (cid: string) =>
      JSON.parse(new TextDecoder().decode(await own.node.storage.readFile(cid as never, { maxBytes: 1e6 })))
    const { check } = await read((await read(verdict ?? '')).body.work)
    expect(check.class).toMatchObject({ seed: expect.any(String), hash: expect.any(String) })
  })

  it('is not what somebody else signed: whoever shows a class of another is left', async () => {
    const other = grid.newNode()
    const asked: string[] = []
    await hostileProvider(grid, {
      onMessage: async (message, talk) => {
        if (message.type !== 'calibrate') return
        asked.push(message.seed)
        const signature = other.signer.signDigest(message.seed)
        await talk.say({ type: 'calibrated', calibration: { seed: message.seed, hash: message.seed, signature } })
      },
    })
    const { requestor, node } = await grid.requestor(undefined, {}, classed)
    const { id } = await begin(requestor, node, 3)
    await vi.waitUntil(() => requestor.job(id).providers[0]?.state === 'excluded', { timeout: 20_000 })
    expect(asked).toHaveLength(1)
    requestor.cancel(id)
  })

  it('is shown by another seed in each job', async () => {
    const seeds: string[] = []
    await hostileProvider(grid, {
      onMessage: (message) => {
        if (message.type === 'calibrate') seeds.push(message.seed)
      },
    })
    const { requestor, node } = await grid.requestor(undefined, {}, classed)
    for (const count of [1, 2]) {
      const { id } = await begin(requestor, node, count)
      await vi.waitUntil(() => seeds.length === count, { timeout: 20_000 })
      requestor.cancel(id)
      await ended(requestor, id)
    }
    expect(new Set(seeds).size).toBe(2)
  })
})
