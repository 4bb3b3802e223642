import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keystream } from '../../test/keystream.ts'
import { mapBlocks } from '../../test/map-blocks.ts'
import { importTree, sliced } from '../tree/import-tree.ts'
import { treeReader } from '../tree/tree-reader.ts'
import { openTree } from './open-tree.ts'
import { sealTree } from './seal-tree.ts'
import { createSealer, SEALED_PIECE_BYTES } from './sealer.ts'

const KEY = keystream('key', 32)
const PIECE_BYTES = SEALED_PIECE_BYTES - 28
const collect = async (pieces: AsyncIterable<Uint8Array>) => Buffer.concat(await Array.fromAsync(pieces))
const sealed = async (bytes: Uint8Array, { name = 'a', key = KEY } = {}) =>
  collect((await createSealer(key)).seal(name, sliced(bytes)))
const opened = async (bytes: Uint8Array, { name = 'a', key = KEY, pieceBytes = 100_000 } = {}) => {
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
  }
  return collect((await createSealer(key)).open(name, pieces()))
}

describe('a sealed file', () => {
  it.each([0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES, 3 * PIECE_BYTES + 5])(
    'of %i bytes comes back, in whatever pieces it is read',
    async (sizeBytes) => {
      const bytes = keystream('plain', sizeBytes)
      const whole = await sealed(bytes)
      expect(whole.length).toBe(sizeBytes + 28 * Math.max(1, Math.ceil(sizeBytes / PIECE_BYTES)))
      for (const pieceBytes of [999_983, SEALED_PIECE_BYTES, 5_000_000]) {
        expect(Buffer.compare(await opened(whole, { pieceBytes }), bytes)).toBe(0)
      }
    },
  )

  it('is the same for the same key and name, and another for each of them', async () => {
    const bytes = keystream('plain', 1_000)
    const first = await sealed(bytes)
    expect(Buffer.compare(await sealed(bytes), first)).toBe(0)
    const [other, elsewhere] = [
      await sealed(bytes, { key: keystream('other', 32) }),
      await sealed(bytes, { name: 'b' }),
    ]
    for (const each of [other, elsewhere]) expect(each.subarray(0, 12).equals(first.subarray(0, 12))).toBe(false)
  })

  it('differs from an earlier one in the pieces that changed, and in no other', async () => {
    const bytes = keystream('plain', 5 * PIECE_BYTES)
    const before = await sealed(bytes)
    const after = await sealed(bytes.with(2 * PIECE_BYTES + 7, (bytes[2 * PIECE_BYTES + 7] ?? 0) ^ 1))
    const isSame = Array.from({ length: 5 }, (_, i) => {
      const range = [i * SEALED_PIECE_BYTES, (i + 1) * SEALED_PIECE_BYTES] as const
      return before.subarray(...range).equals(after.subarray(...range))
    })
    expect(isSame).toEqual([true, true, false, true, true])
  })

  it('is not opened with another key or name, nor cut, nor with pieces swapped or bytes changed', async () => {
    const whole = await sealed(keystream('plain', 2 * PIECE_BYTES + 100))
    const [first, second, rest] = [0, 1, 2].map((i) =>
      whole.subarray(i * SEALED_PIECE_BYTES, (i + 1) * SEALED_PIECE_BYTES),
    ) as [Buffer, Buffer, Buffer]
    const wrong = { code: 'CONTENT_KEY_WRONG' }
    await expect(opened(whole, { key: keystream('other', 32) })).rejects.toMatchObject(wrong)
    await expect(opened(whole, { name: 'b' })).rejects.toMatchObject(wrong)
    for (const changed of [
      Buffer.concat([second, first, rest]),
      Buffer.concat([first, rest]),
      Buffer.concat([first, second]),
      first,
      whole.subarray(0, -1),
      Buffer.alloc(0),
      Buffer.concat([whole, rest]),
    ]) {
      await expect(opened(changed)).rejects.toMatchObject(wrong)
    }
    const small = await sealed(Buffer.from('x'))
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: small.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const changed = Buffer.from(small)
          changed[at] = (changed[at] ?? 0) ^ by
          await expect(opened(changed)).rejects.toMatchObject(wrong)
        },
      ),
      { numRuns: fc.readConfigureGlobal().numRuns ?? 100 },
    )
  })
})

describe('a sealed tree', () => {
  const tree = async (entries: Record<string, Uint8Array>, key = KEY) => {
    const blocks = mapBlocks()
    const all = Object.entries(entries).map(([path, bytes]) => ({ path, content: [bytes] }))
    const sealer = await createSealer(key)
    const { cid } = await importTree({ blocks, hold: blocks.hold() }, { entries: sealTree(sealer, { entries: all }) })
    return { cid, blocks }
  }

  it('has one block for each piece, so that what did not change is not stored or fetched again', async () => {
    const scene = keystream('scene', 5 * PIECE_BYTES)
    const before = await tree({ 'scene.blend': scene, 'wood.png': keystream('wood', 1_000) })
    scene[0] = (scene[0] ?? 0) ^ 1
    const after = await tree({ 'scene.blend': scene, 'wood.png': keystream('wood', 1_000) })
    const fresh = [...after.blocks.all.keys()].filter((key) => !before.blocks.all.has(key))
    // The piece, the node of its file, and the folder.
    expect(fresh).toHaveLength(3)
  })

  it('shows neither names nor folders nor content', async () => {
    const { blocks } = await tree({
      'a/secret.blend': Buffer.from('very secret text'),
      'b/secret.png': Buffer.from('x'),
    })
    const all = Buffer.concat([...blocks.all.values()].map(({ bytes }) => bytes)).toString('latin1')
    expect(all).not.toMatch(/secret|blend|png/)
    expect(all).toContain('index')
  })

  it('is opened by its paths, and not with the key of another', async () => {
    const files = { 'a/b/c': keystream('c', 2 * PIECE_BYTES), d: new Uint8Array() }
    const { cid, blocks } = await tree(files)
    const opened = await openTree(treeReader(blocks), cid, await createSealer(KEY))
    expect(opened.folders).toEqual([])
    expect(opened.files.map(({ path }) => path)).toEqual(['a/b/c', 'd'])
    for (const { path, read } of opened.files) {
      expect(Buffer.compare(await collect(read()), files[path as 'd'])).toBe(0)
    }
    const other = await createSealer(keystream('other', 32))
    await expect(openTree(treeReader(blocks), cid, other)).rejects.toMatchObject({ code: 'CONTENT_KEY_WRONG' })
  })
})
