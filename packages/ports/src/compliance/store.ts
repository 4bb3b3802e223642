import { describe, expect, it } from 'vitest'
import type { Store } from '../store.ts'

/** A place that a store can be opened in again and again. `durable` is false for stores that forget on purpose. */
export type StorePlace = { open(): Store; durable: boolean; remove(): Promise<void> }

/** What every `Store` does. */
export function storeCompliance(name: string, place: () => Promise<StorePlace>): void {
  const using = async (body: (store: Store, place: StorePlace) => void): Promise<void> => {
    const here = await place()
    const store = here.open()
    try {
      body(store, here)
    } finally {
      store.close()
      await here.remove()
    }
  }

  describe(`Store: ${name}`, () => {
    it('reads the events of a stream in the order they were appended', () =>
      using((store) => {
        store.commit([{ append: 'job/1', events: ['{"n":1}', '{"n":2}'] }])
        store.commit([
          { append: 'job/2', events: ['{"other":true}'] },
          { append: 'job/1', events: ['{"n":3}'] },
        ])
        expect(store.read('job/1')).toEqual(['{"n":1}', '{"n":2}', '{"n":3}'])
        expect(store.read('job/2')).toEqual(['{"other":true}'])
        expect(store.read('job')).toEqual([])
      }))

    it('keeps the last value of a key, and forgets a removed one', () =>
      using((store) => {
        store.commit([
          { put: 'a', value: '1' },
          { put: 'a', value: '2' },
          { put: 'b', value: '3' },
        ])
        store.commit([{ remove: 'b' }, { remove: 'never there' }])
        expect(store.get('a')).toBe('2')
        expect(store.get('b')).toBeNull()
        expect(store.get('')).toBeNull()
      }))

    it('lists the keys of a prefix in their order, and no others', () =>
      using((store) => {
        for (const key of ['pin/b', 'pin/a', 'pin', 'pin0', 'pin/é', 'pin/%', 'pin/_', 'PIN/a', 'p'])
          store.commit([{ put: key, value: `"${key}"` }])
        expect(store.list('pin/').map((entry) => entry.key)).toEqual(['pin/%', 'pin/_', 'pin/a', 'pin/b', 'pin/é'])
        expect(store.list('pin/a')).toEqual([{ key: 'pin/a', value: '"pin/a"' }])
        expect(store.list('x')).toEqual([])
        expect(store.list('')).toHaveLength(9)
      }))

    it('gives text back as it came, whatever it holds', () =>
      using((store) => {
        const odd = JSON.stringify({ quote: '\'"', nul: '\u0000', line: '\n', sign: '😀', long: 'x'.repeat(100_000) })
        store.commit([
          { append: "a'b", events: [odd] },
          { put: "c'd", value: odd },
        ])
        expect(store.read("a'b")).toEqual([odd])
        expect(store.get("c'd")).toBe(odd)
      }))

    it('takes an empty commit and an empty list of events', () =>
      using((store) => {
        store.commit([])
        store.commit([{ append: 'nothing', events: [] }])
        expect(store.read('nothing')).toEqual([])
      }))

    it('hands out copies: what a reader does to them changes nothing', () =>
      using((store) => {
        store.commit([{ append: 's', events: ['1'] }])
        store.read('s').push('2')
        expect(store.read('s')).toEqual(['1'])
      }))

    it('still has everything after it was closed and opened again, where it is durable', async () => {
      const here = await place()
      if (here.durable) {
        const first = here.open()
        first.commit([
          { append: 's', events: ['1', '2'] },
          { put: 'k', value: 'v' },
        ])
        first.close()
        first.close()
        const second = here.open()
        second.commit([{ append: 's', events: ['3'] }])
        expect(second.read('s')).toEqual(['1', '2', '3'])
        expect(second.get('k')).toBe('v')
        second.close()
      }
      await here.remove()
    })
  })
}
