import { Key } from 'interface-datastore'
import { expect, it } from 'vitest'
import { createBoundedDatastore } from './bounded-datastore.ts'

const key = (name: string) => new Key(`/peers/${name}`)

it('holds no more than it may: what was written longest ago goes', async () => {
  const store = createBoundedDatastore({ maxEntries: 3 })
  for (const name of ['a', 'b', 'c', 'a', 'd']) await store.put(key(name), new Uint8Array(1))
  const held: boolean[] = []
  for (const name of ['a', 'b', 'c', 'd']) held.push(await store.has(key(name)))
  expect(held).toEqual([true, false, true, true])
  await store.delete(key('c'))
  await store.put(key('e'), new Uint8Array(1))
  expect(await store.has(key('a'))).toBe(true)
})
