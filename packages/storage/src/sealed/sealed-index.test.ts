import { expect, it } from 'vitest'
import { readSealedIndex } from './sealed-index.ts'

const read = (index: unknown) => readSealedIndex('cid', new TextEncoder().encode(JSON.stringify(index)))

it.each([
  [{ files: ['a', 'b/c', 'b/d/e'], folders: ['b/f', 'g'] }],
  [{ files: [''], folders: [] }],
  [{ files: [], folders: [] }],
])('reads %j', (index) => {
  expect(read(index)).toEqual(index)
})

it.each([
  ['paths that leave the tree', { files: ['../x'], folders: [] }],
  ['paths from the root', { files: ['/etc/passwd'], folders: [] }],
  ['paths that go up within', { files: ['a/../../x'], folders: [] }],
  ['folders that leave the tree', { files: [], folders: ['a/..'] }],
  ['odd names', { files: ['a\\b'], folders: [] }],
  ['names that are too long', { files: ['a'.repeat(256)], folders: [] }],
  ['empty names', { files: ['a//b'], folders: [] }],
  ['a file of the root’s name beside others', { files: ['', 'a'], folders: [] }],
  ['a path twice', { files: ['a', 'a'], folders: [] }],
  ['a path as file and folder', { files: ['a'], folders: ['a'] }],
  ['a file in a file', { files: ['a', 'a/b'], folders: [] }],
  ['an entry in an empty folder', { files: ['a/b'], folders: ['a'] }],
  ['folders that are too deep', { files: [Array(65).fill('a').join('/')], folders: [] }],
  ['very many paths', { files: Array.from({ length: 100_001 }, (_, i) => `${i}`), folders: [] }],
  ['what is no index', { files: 'a' }],
  ['more than it knows', { files: [], folders: [], links: [] }],
])('refuses %s', (_, index) => {
  expect(() => read(index)).toThrow(/is refused/)
})

it('refuses what is no text', () => {
  expect(() => readSealedIndex('cid', Uint8Array.of(0xff, 0xfe))).toThrow('its index cannot be read')
})
