import type { CID } from 'multiformats/cid'
import { describe, expect, it } from 'vitest'
import { forge, mapBlocks } from '../../test/map-blocks.ts'
import { MAX_TREE_DEPTH } from '../limits.ts'
import { inspectTree } from './inspect-tree.ts'
import { treeReader } from './tree-reader.ts'

const setUp = () => {
  const blocks = mapBlocks()
  return { blocks, make: forge(blocks), inspect: (root: CID) => inspectTree(treeReader(blocks), root) }
}

const refusal = (words: string) => ({ code: 'CONTENT_REFUSED', message: expect.stringContaining(words) })

describe('a tree from a stranger', () => {
  it.each([
    ['..', 'points elsewhere'],
    ['.', 'points elsewhere'],
    ['', 'is empty'],
    ['a/b', 'slash'],
    ['/etc/passwd', 'slash'],
    ['..\\..\\x', 'backslash'],
    ['a\0b', 'unprintable'],
    ['a\nb', 'unprintable'],
    ['x'.repeat(256), '255 bytes'],
    ['☃'.repeat(86), '255 bytes'],
  ])('is refused for the name %j', async (name, words) => {
    const { make, inspect } = setUp()
    const leaf = await make.leaf('x')
    await expect(inspect(await make.folder([[name, leaf]]))).rejects.toMatchObject(refusal(words))
    const inner = await make.folder([[name, leaf]])
    await expect(inspect(await make.folder([['fine', inner]]))).rejects.toMatchObject(refusal(words))
    await expect(inspect(await make.shard([[`00${name || '\0'}`, leaf]]))).rejects.toMatchObject(refusal(''))
  })

  it('is refused for two entries of one name, in one part of a folder or in two', async () => {
    const { make, inspect } = setUp()
    const [a, b] = [await make.leaf('a'), await make.leaf('b')]
    const twice = await make.folder([
      ['name', a],
      ['name', b],
    ])
    await expect(inspect(twice)).rejects.toMatchObject(refusal('two entries'))
    const inner = await make.shard([['00name', a]])
    const split = await make.shard([
      ['00', inner],
      ['01name', b],
    ])
    await expect(inspect(split)).rejects.toMatchObject(refusal('two entries'))
  })

  it('is refused where it holds a link, or is no UnixFS at all', async () => {
    const { make, inspect } = setUp()
    await expect(inspect(await make.folder([['a', await make.link('/etc/passwd')]]))).rejects.toMatchObject(
      refusal('symlink'),
    )
    for (const bytes of [Buffer.from('nonsense'), new Uint8Array(), Uint8Array.of(0x0a, 0x02, 0x08, 0x63)]) {
      await expect(inspect(await make.bytes(bytes))).rejects.toMatchObject(refusal(''))
    }
  })

  it('is refused where sizes are not as declared: they decide what is fetched', async () => {
    const { make, inspect } = setUp()
    const leaf = await make.leaf('12345')
    expect(await inspect(await make.file([[leaf, 5]]))).toMatchObject({ sizeBytes: 5 })
    await expect(inspect(await make.file([[leaf, 4]]))).rejects.toMatchObject(refusal('not as declared'))
    await expect(inspect(await make.file([[leaf, 6]]))).rejects.toMatchObject(refusal('not as declared'))
  })

  it('is refused where a part of a file is a folder, and the other way round', async () => {
    const { make, inspect } = setUp()
    const [leaf, folder] = [await make.leaf('x'), await make.folder([])]
    await expect(inspect(await make.file([[folder, 0]]))).rejects.toMatchObject(refusal('part of a file is a folder'))
    await expect(inspect(await make.shard([['00', leaf]]))).rejects.toMatchObject(refusal('part of a folder'))
    await expect(inspect(await make.shard([['00', folder]]))).rejects.toMatchObject(refusal('part of a folder'))
  })

  it('is refused where few blocks unfold to very many entries, quickly', async () => {
    const { make, inspect } = setUp()
    let folder = await make.folder([['empty', await make.leaf('')]])
    for (let level = 0; level < 12; level++) {
      folder = await make.folder(Array.from({ length: 20 }, (_, i) => [String(i).padStart(2, '0'), folder] as const))
    }
    await expect(inspect(folder)).rejects.toMatchObject(refusal('entries'))
  })

  it('is refused where parts of a folder repeat, quickly', async () => {
    const { make, inspect } = setUp()
    let shard = await make.shard([])
    for (let level = 0; level < 12; level++) {
      shard = await make.shard(
        Array.from({ length: 200 }, (_, i) => [i.toString(16).toUpperCase().padStart(2, '0'), shard] as const),
      )
    }
    await expect(inspect(shard)).rejects.toMatchObject(refusal('appears twice'))
  })

  it('is refused where it is too deep', async () => {
    const { make, inspect } = setUp()
    const nest = async (levels: number) => {
      let cid = await make.leaf('x')
      for (let level = 0; level < levels; level++) cid = await make.folder([['d', cid]])
      return cid
    }
    expect(await inspect(await nest(MAX_TREE_DEPTH))).toMatchObject({ sizeBytes: 1 })
    await expect(inspect(await nest(MAX_TREE_DEPTH + 1))).rejects.toMatchObject(refusal('deeper'))
  })

  it('is counted as it would lie on a disk, however small it is in blocks', async () => {
    const { make, inspect } = setUp()
    const leaf = await make.leaf(new Uint8Array(1000))
    let file = await make.file(Array.from({ length: 100 }, () => [leaf, 1000] as const))
    file = await make.file(Array.from({ length: 100 }, () => [file, 100_000] as const))
    file = await make.file(Array.from({ length: 100 }, () => [file, 10_000_000] as const))
    const root = await make.folder([
      ['a', file],
      ['b', file],
    ])
    const report = await inspect(root)
    expect(report).toMatchObject({ sizeBytes: 2_000_000_000, missing: null })
    expect(report.blocks).toHaveLength(5)
  })

  it('may hold bytes in its nodes, as other tools make it', async () => {
    const { make, inspect } = setUp()
    const file = await make.file([[await make.leaf('tail'), 4]], Buffer.from('head '))
    expect(await inspect(file)).toMatchObject({ sizeBytes: 9, missing: null })
  })
})

it('names the first block that is missing, and goes on to what is here', async () => {
  const { blocks, make, inspect } = setUp()
  const [a, b] = [await make.leaf('a'), await make.leaf('b')]
  const root = await make.folder([
    ['a', a],
    ['b', b],
  ])
  blocks.all.delete(a.toString())
  const report = await inspect(root)
  expect(report.missing?.toString()).toBe(a.toString())
  expect(report.blocks.map(String)).toEqual([root, a, b].map(String))
})
