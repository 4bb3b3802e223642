import { type MemoryGrid, memoryGrid } from '@golem/ports/memory'
import { asAddress } from '@golem/protocol'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { keystream } from '../test/keystream.ts'
import { type Content, createContent } from './create-content.ts'
import { boundedBlocks, createPins, memoryMedium } from './index.ts'

const MIB = 1024 * 1024
let grid: MemoryGrid
let contents: Content[]
beforeEach(() => {
  grid = memoryGrid()
  contents = []
})
afterEach(() => Promise.all(contents.map((content) => content.stop())))

/** As a browser's tab has it: no disk anywhere. */
const join = (maxBytes = 64 * MIB) => {
  const network = grid.join({ address: asAddress(`0x${String(contents.length + 1).padStart(40, '0')}`) })
  const medium = memoryMedium()
  const content = createContent({
    network,
    pins: createPins(),
    openBlocks: (pinned) => boundedBlocks({ medium, pinned }, { maxBytes }),
  })
  contents.push(content)
  return { content, contact: network.contact() }
}

it('moves a file between peers without disks, and a folder by its names', async () => {
  const [alice, bob] = [join(), join()]
  const bytes = keystream('file', 10 * MIB + 5)
  const file = await alice.content.addBytes(bytes)
  expect(file.sizeBytes).toBe(bytes.length)
  await bob.content.fetch(file.cid, { from: [alice.contact], maxBytes: bytes.length })
  expect(Buffer.compare(await bob.content.readFile(file.cid, { maxBytes: bytes.length }), bytes)).toBe(0)

  const folder = await alice.content.addTree({
    entries: [{ path: 'a/b', content: [keystream('b', 1000)] }, { path: 'a/empty' }, { path: 'c', content: [] }],
  })
  expect(folder.sizeBytes).toBe(1000)
  await bob.content.fetch(folder.cid, { from: [alice.contact], maxBytes: 1000 })
  expect(await bob.content.has(folder.cid)).toBe(true)
})

it('keeps to its limit, and what is pinned', async () => {
  const { content } = join(8 * MIB)
  const kept = await content.addBytes(keystream('kept', 2 * MIB))
  await content.pin(kept.cid, 'tab')
  const first = await content.addBytes(keystream('first', 3 * MIB))
  for (let i = 0; i < 3; i++) await content.addBytes(keystream(`${i}`, 2 * MIB))
  expect(await content.has(first.cid)).toBe(false)
  expect(await content.has(kept.cid)).toBe(true)
  await expect(content.addBytes(keystream('giant', 9 * MIB))).rejects.toMatchObject({ code: 'STORAGE_FULL' })
})
