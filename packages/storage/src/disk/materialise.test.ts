import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { addPathTo } from '../../test/add-path-to.ts'
import { keystream } from '../../test/keystream.ts'
import { forge, mapBlocks } from '../../test/map-blocks.ts'
import { treeReader } from '../tree/tree-reader.ts'
import { materialise } from './materialise.ts'

const MIB = 1024 * 1024
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golem-materialise-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('writes files of parts and of bytes in nodes, in their order', async () => {
  const blocks = mapBlocks()
  const make = forge(blocks)
  const inner = await make.file([[await make.leaf('three '), 6]], Buffer.from('two '))
  const file = await make.file([
    [await make.leaf('one '), 4],
    [inner, 10],
    [await make.leaf('four'), 4],
  ])
  await materialise(treeReader(blocks), file, join(folder, 'new', 'file'))
  expect(await readFile(join(folder, 'new', 'file'), 'utf8')).toBe('one two three four')
})

it('leaves nothing where a block is missing or a name must not be', async () => {
  const blocks = mapBlocks()
  const make = forge(blocks)
  const gone = await make.leaf('gone')
  const tree = await make.folder([
    ['a', await make.leaf('here')],
    ['b', gone],
  ])
  blocks.all.delete(gone.toString())
  const target = join(folder, 'target')
  await expect(materialise(treeReader(blocks), tree, target)).rejects.toMatchObject({ code: 'CONTENT_UNAVAILABLE' })
  const evil = await make.folder([['../escaped', await make.leaf('evil')]])
  await expect(materialise(treeReader(blocks), evil, target)).rejects.toMatchObject({ code: 'CONTENT_REFUSED' })
  expect(await readdir(folder)).toEqual([])
})

it('stops in the middle of a file when told to, and leaves nothing', async () => {
  const blocks = mapBlocks()
  const { cid } = await addPathTo({ blocks, hold: blocks.hold() }, keystream('long', 20 * MIB))
  const control = new AbortController()
  let reads = 0
  const counting = {
    ...blocks,
    get: (each: Parameters<typeof blocks.get>[0]) => {
      if (++reads === 5) control.abort(new Error('enough'))
      return blocks.get(each)
    },
  }
  await expect(materialise(treeReader(counting), cid, join(folder, 'x'), control.signal)).rejects.toThrow('enough')
  expect(reads).toBeLessThan(10)
  expect(await readdir(folder)).toEqual([])
})

it('replaces nothing: not a file, not a folder, not even an empty one', async () => {
  const blocks = mapBlocks()
  const cid = await forge(blocks).folder([])
  await writeFile(join(folder, 'file'), 'mine')
  await mkdir(join(folder, 'folder'))
  for (const name of ['file', 'folder']) {
    await expect(materialise(treeReader(blocks), cid, join(folder, name))).rejects.toMatchObject({
      code: 'TARGET_EXISTS',
    })
  }
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('mine')
})

it('reads ahead by one block, not by a file', async () => {
  const blocks = mapBlocks()
  const { cid } = await addPathTo({ blocks, hold: blocks.hold() }, keystream('flat', 30 * MIB))
  let unfinished = 0
  let most = 0
  const slow = {
    ...blocks,
    get: async (each: Parameters<typeof blocks.get>[0]) => {
      most = Math.max(most, ++unfinished)
      const bytes = await blocks.get(each)
      await lstat(folder)
      unfinished--
      return bytes
    },
  }
  await materialise(treeReader(slow), cid, join(folder, 'x'))
  expect((await readFile(join(folder, 'x'))).length).toBe(30 * MIB)
  expect(most).toBeLessThanOrEqual(2)
})
