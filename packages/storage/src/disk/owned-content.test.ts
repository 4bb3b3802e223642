import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { memoryGrid } from '@golem/ports/memory'
import { asAddress, type Cid } from '@golem/protocol'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { keystream } from '../../test/keystream.ts'
import { peersForTests } from '../../test/peers.ts'
import { toCidV0 } from '../blocks/block-cid.ts'
import { createStorage, type DiskStorage } from './create-storage.ts'

const MIB = 1024 * 1024
let world: Awaited<ReturnType<typeof peersForTests>>
let storage: DiskStorage
beforeEach(async () => {
  world = await peersForTests()
  const network = memoryGrid().join({ address: asAddress(`0x${'ab'.repeat(20)}`) })
  storage = await createStorage({ network }, { path: join(world.folder, 'content'), maxBytes: 100 * MIB })
})
afterEach(async () => {
  await storage.stop()
  await world.remove()
})

const tree = async (): Promise<string> => {
  const top = join(world.folder, 'tree')
  await mkdir(join(top, 'textures'), { recursive: true })
  await writeFile(join(top, 'scene.blend'), keystream('scene', 2 * MIB))
  await writeFile(join(top, 'textures', 'wood.png'), keystream('wood', 1000))
  await writeFile(join(top, 'small.txt'), 'x')
  return top
}

it('lists a folder, and what is kept by whom', async () => {
  const { cid, sizeBytes } = await storage.addPath(await tree(), { pinAs: () => 'person' })
  expect((await storage.list(cid)).map(({ name, kind, sizeBytes }) => [name, kind, sizeBytes])).toEqual([
    ['scene.blend', 'file', 2 * MIB],
    ['small.txt', 'file', 1],
    ['textures', 'folder', 1000],
  ])
  await storage.pin(cid, 'job/1')
  const elsewhere = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy' as Cid
  await storage.pin(elsewhere, 'job/1')
  expect(await storage.pins()).toEqual([
    { cid, owners: ['person', 'job/1'], sizeBytes, isWhole: true },
    { cid: elsewhere, owners: ['job/1'], sizeBytes: 0, isWhole: false },
  ])
})

it('clears away what nobody keeps, and nothing else', async () => {
  const kept = await storage.addPath(await tree(), { pinAs: () => 'person' })
  const loose = await storage.addBytes(keystream('loose', 5 * MIB))
  const before = storage.usage()
  const gone = await storage.collectGarbage()
  expect(gone.bytes).toBeGreaterThan(5 * MIB)
  expect(storage.usage().usedBytes).toBe(before.usedBytes - gone.bytes)
  expect([await storage.has(kept.cid), await storage.has(loose.cid)]).toEqual([true, false])
  expect((await storage.collectGarbage()).blocks).toBe(0)
  await storage.unpin('person')
  await storage.collectGarbage()
  expect(storage.usage()).toMatchObject({ blocks: 0, usedBytes: 0 })
  const left = await readdir(join(world.folder, 'content', 'blocks'), { recursive: true, withFileTypes: true })
  expect(left.filter((each) => each.isFile())).toEqual([])
})

it('writes a CAR that another storage takes, whole or not at all', async () => {
  const { cid } = await storage.addPath(await tree(), { profile: 'unixfs-v0-2015' })
  const target = join(world.folder, 'out', 'tree.car')
  const { sizeBytes } = await storage.exportCar(toCidV0(cid), target)
  expect((await readFile(target)).length).toBe(sizeBytes)
  await expect(storage.exportCar(cid, target)).rejects.toMatchObject({ code: 'TARGET_EXISTS' })

  const network = memoryGrid().join({ address: asAddress(`0x${'cd'.repeat(20)}`) })
  const other = await createStorage({ network }, { path: join(world.folder, 'other'), maxBytes: 100 * MIB })
  try {
    expect(await other.importCar(target, { pinAs: () => 'person' })).toMatchObject([{ cid, isWhole: true }])
    expect(await other.pins()).toMatchObject([{ cid, owners: ['person'] }])
    await expect(other.importCar(join(world.folder, 'nothing'))).rejects.toMatchObject({ code: 'FILE_MISSING' })
    await expect(other.importCar(join(world.folder, 'tree', 'small.txt'))).rejects.toMatchObject({
      code: 'CAR_INVALID',
    })
  } finally {
    await other.stop()
  }

  await storage.collectGarbage()
  const second = join(world.folder, 'out', 'second.car')
  await expect(storage.exportCar(cid, second)).rejects.toMatchObject({ code: 'CONTENT_UNAVAILABLE' })
  expect(await readdir(join(world.folder, 'out'))).toEqual(['tree.car'])
})
