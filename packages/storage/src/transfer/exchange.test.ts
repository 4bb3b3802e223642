import { CID } from 'multiformats/cid'
import { expect, it } from 'vitest'
import { forge, mapBlocks } from '../../test/map-blocks.ts'
import { MAX_LACKING } from '../limits.ts'
import { treeReader } from '../tree/tree-reader.ts'
import { createExchange } from './exchange.ts'
import { frontierOf } from './frontier.ts'

const never = new AbortController().signal

/** A file of so many leaves, of which nothing is here. */
const lacking = async (leaves: number, patienceMs = 60_000) => {
  const elsewhere = mapBlocks()
  const make = forge(elsewhere)
  const parts = await Promise.all(Array.from({ length: leaves }, (_, i) => make.leaf(`${i}`)))
  const root = await make.file(parts.map((part, i) => [part, `${i}`.length] as const))
  const frontier = await frontierOf(treeReader(mapBlocks()), { root, hold: mapBlocks().hold(), maxBytes: 1e6 })
  const arrive = async (cids: readonly CID[]) => {
    for (const cid of cids) await frontier.arrived(cid, (await elsewhere.get(cid)) ?? new Uint8Array())
  }
  return { root, frontier, arrive, exchange: createExchange(frontier, { patienceMs }) }
}

it('asks one for the nodes while the others wait, and then everyone for leaves of their own', async () => {
  const { exchange, frontier, arrive, root } = await lacking(10)
  const [a, b] = [exchange.join(() => {}), exchange.join(() => {})]
  const top = a.take(64)
  expect(top?.cids.map(String)).toEqual([root.toString()])
  expect([a.take(64), b.take(64)]).toEqual([null, null])
  const woken = b.wait(never)
  await arrive(top?.cids ?? [])
  // More may still come unasked.
  expect(b.take(64)).toBeNull()
  if (top !== null) a.end(top)
  expect(await woken).toBe(true)

  const [first, second, third] = [a.take(4), b.take(4), a.take(4)]
  const all = [first, second, third].flatMap((request) => request?.cids ?? []).map(String)
  expect(new Set(all).size).toBe(10)
  expect(b.take(4)).toBeNull()
  for (const request of [first, second, third]) await arrive(request?.cids ?? [])
  expect(frontier.isWhole()).toBe(true)
})

it('gives others what a source lacks, and what one took that left', async () => {
  const { exchange, arrive } = await lacking(6)
  const [a, b] = [exchange.join(() => {}), exchange.join(() => {})]
  const top = a.take(1)
  await arrive(top?.cids ?? [])
  if (top !== null) a.end(top)

  const mine = a.take(4)
  const [lack] = mine?.cids ?? []
  if (lack === undefined || mine === null) throw new Error('nothing taken')
  a.lacks(lack)
  a.end(mine)
  expect(a.take(64)?.cids.map(String)).not.toContain(lack.toString())
  expect(b.take(64)?.cids.map(String)).toEqual([lack.toString()])
  const waiting = b.wait(never)
  a.leave()
  expect(await waiting).toBe(true)
  expect(b.take(64)?.cids).toHaveLength(5)
})

it('says at once that nothing can come any more where nobody is asked for anything', async () => {
  const { exchange, root } = await lacking(1)
  const [a, b] = [exchange.join(() => {}), exchange.join(() => {})]
  const top = a.take(1)
  a.lacks(root)
  if (top !== null) a.end(top)
  expect(a.firstLacking?.toString()).toBe(root.toString())
  expect(a.take(1)).toBeNull()
  expect(await a.wait(never)).toBe(false)
  expect(b.take(1)?.cids).toHaveLength(1)
})

it('cuts off who is silent while another has nothing to do, and nobody else', async () => {
  const { exchange } = await lacking(1, 50)
  const cuts: string[] = []
  const [a, b, c] = ['a', 'b', 'c'].map((name) => exchange.join(() => cuts.push(name)))
  a?.take(1)
  while (cuts.length === 0) expect(await b?.wait(never)).toBe(true)
  expect(cuts).toEqual(['a'])
  c?.leave()
})

it('ends a wait with its signal', async () => {
  const { exchange } = await lacking(1)
  const [a, b] = [exchange.join(() => {}), exchange.join(() => {})]
  a.take(1)
  const control = new AbortController()
  const waiting = b.wait(control.signal)
  control.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
})

it('leaves a source that lacks very much', async () => {
  const { exchange } = await lacking(1)
  const a = exchange.join(() => {})
  const { root } = await lacking(2)
  const lackMuch = () => {
    for (let i = 0; i <= MAX_LACKING; i++) {
      const digest = root.multihash.digest.slice()
      new DataView(digest.buffer).setUint32(0, i)
      a.lacks(CID.createV1(0x55, { ...root.multihash, digest, bytes: Uint8Array.of(0x12, 0x20, ...digest) }))
    }
  }
  expect(lackMuch).toThrow('does not have')
})
