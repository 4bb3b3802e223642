import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { CID } from 'multiformats/cid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addPathTo } from '../../test/add-path-to.ts'
import { keystream } from '../../test/keystream.ts'
import { mapBlocks } from '../../test/map-blocks.ts'
import { inspectTree } from '../tree/inspect-tree.ts'
import { treeReader } from '../tree/tree-reader.ts'
import { exportCar } from './export-car.ts'
import { importCar } from './import-car.ts'

const MIB = 1024 * 1024
const FILES: Record<string, Uint8Array> = {
  'scene.blend': keystream('scene', 2 * MIB + 7),
  'textures/wood.png': keystream('wood', 1000),
  'textures/deep/er/snow ☃.png': keystream('snow', 10),
  'textures/same.png': keystream('wood', 1000),
  'zeros.bin': new Uint8Array(3 * MIB),
}
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golem-car-'))
  for (const [name, bytes] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, 'tree', name)), { recursive: true })
    await writeFile(join(folder, 'tree', name), bytes)
  }
})
afterEach(() => rm(folder, { recursive: true }))

const ipfsCar = async (...args: string[]): Promise<string> => {
  const program = join(dirname(fileURLToPath(import.meta.resolve('ipfs-car'))), 'bin.js')
  return (await promisify(execFile)(process.execPath, [program, ...args], { cwd: folder })).stdout.trim()
}

const exported = async (blocks: ReturnType<typeof mapBlocks>, root: CID): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(exportCar({ blocks }, root)))

const imported = async (car: Uint8Array, pieceBytes = 10_000) => {
  const blocks = mapBlocks()
  const pieces = async function* () {
    for (let at = 0; at < car.length; at += pieceBytes) yield car.subarray(at, at + pieceBytes)
  }
  return { blocks, roots: await importCar({ blocks, hold: blocks.hold() }, pieces()) }
}

const tree = async (profile: 'unixfs-v1-2025' | 'unixfs-v0-2015' = 'unixfs-v1-2025') => {
  const blocks = mapBlocks()
  const { cid } = await addPathTo({ blocks, hold: blocks.hold() }, join(folder, 'tree'), { profile })
  const root = profile === 'unixfs-v0-2015' ? cid.toV0() : cid
  return { blocks, root, car: await exported(blocks, root) }
}

describe('with ipfs-car, which shares no code for trees with ours', () => {
  it.each(['unixfs-v1-2025', 'unixfs-v0-2015'] as const)('what we export it unpacks, as %s', async (profile) => {
    const { root, car } = await tree(profile)
    await writeFile(join(folder, 'ours.car'), car)
    expect(await ipfsCar('roots', 'ours.car')).toBe(root.toString())
    await ipfsCar('unpack', 'ours.car', '--output', 'unpacked')
    for (const [name, bytes] of Object.entries(FILES)) {
      expect(Buffer.compare(await readFile(join(folder, 'unpacked', name)), bytes), name).toBe(0)
    }
  })

  it('what it packs we import, to the CID that we give the same folder', async () => {
    await ipfsCar('pack', 'tree', '--output', 'theirs.car')
    const { blocks, roots } = await imported(await readFile(join(folder, 'theirs.car')))
    const { root } = await tree()
    expect(roots.map(String)).toEqual([root.toString()])
    expect((await inspectTree(treeReader(blocks), root)).missing).toBeNull()
  })
})

it('has each block once, and comes back whole whatever pieces it is read in', async () => {
  const { blocks, root, car } = await tree()
  for (const pieceBytes of [1_000_003, 4_099]) {
    const again = await imported(car, pieceBytes)
    expect(again.roots.map(String)).toEqual([root.toString()])
    expect([...again.blocks.all.keys()].sort()).toEqual([...blocks.all.keys()].sort())
  }
  const unique = [...blocks.all.values()].reduce((sum, { bytes }) => sum + bytes.length, 0)
  expect(car.length).toBeLessThan(unique + 60 * (blocks.all.size + 2))
})

describe('a file that is wrong', () => {
  it('is refused where it is cut within a block, and is not whole where it is cut between two', async () => {
    const { root, car } = await tree()
    let wholes = 0
    for (let end = 0; end < car.length; end += 300_007) {
      const outcome = await imported(car.subarray(0, end)).catch((error) => error.code)
      if (typeof outcome === 'string') expect(outcome).toBe('CAR_INVALID')
      else if ((await inspectTree(treeReader(outcome.blocks), root)).missing === null) wholes++
    }
    expect(wholes).toBe(0)
    await expect(imported(car.subarray(0, car.length - 1))).rejects.toMatchObject({ code: 'CAR_INVALID' })
  })

  it('is refused where a byte of a block is another', async () => {
    const { car } = await tree()
    for (const at of [200, car.length - 5]) {
      await expect(imported(car.with(at, (car[at] ?? 0) ^ 1) as Buffer)).rejects.toMatchObject({ code: 'CAR_INVALID' })
    }
  })

  it('is refused at a length that no block has, before its bytes are read', async () => {
    const { car } = await tree()
    const endless = async function* () {
      yield car
      // 2 GiB and a bit, as a varint, and the beginning of a CID.
      yield Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x08, 0x01, 0x55, 0x12, 0x20, ...keystream('digest', 32))
      for (let sent = 0; sent < 64; sent++) yield new Uint8Array(MIB)
      throw new Error('all was read')
    }
    const blocks = mapBlocks()
    const taking = importCar({ blocks, hold: blocks.hold() }, endless())
    await expect(taking).rejects.toMatchObject({ code: 'CAR_INVALID', message: expect.stringContaining('are allowed') })
  })

  it('is refused where it is none at all', async () => {
    for (const bytes of [Buffer.from('hello'), Buffer.from('<!DOCTYPE html>'.repeat(100)), new Uint8Array(100)]) {
      await expect(imported(bytes)).rejects.toMatchObject({ code: 'CAR_INVALID' })
    }
  })
})

it('tells what is missing of a tree that shall be exported', async () => {
  const { blocks, root } = await tree()
  const [last] = [...blocks.all.keys()].filter((key) => key !== root.toString())
  blocks.all.delete(last ?? '')
  await expect(exported(blocks, root)).rejects.toMatchObject({ code: 'CONTENT_UNAVAILABLE' })
})
