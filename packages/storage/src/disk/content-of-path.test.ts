import { execFileSync } from 'node:child_process'
import { link, mkdir, mkdtemp, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cid } from '@golem/protocol'
import { createDirectoryEncoderStream, createFileEncoderStream } from 'ipfs-car'
import { exporter } from 'ipfs-unixfs-exporter'
import type { CID } from 'multiformats/cid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addPathTo } from '../../test/add-path-to.ts'
import { keystream, keystreamNames } from '../../test/keystream.ts'
import { mapBlocks } from '../../test/map-blocks.ts'
import { toCidV0 } from '../blocks/block-cid.ts'
import type { Profile } from '../tree/import-tree.ts'
import { inspectTree } from '../tree/inspect-tree.ts'
import { readFile } from '../tree/read-file.ts'
import { treeReader } from '../tree/tree-reader.ts'
import { materialise } from './materialise.ts'

const MIB = 1024 * 1024
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golem-add-'))
})
afterEach(() => rm(folder, { recursive: true }))

const add = async (content: string | Uint8Array, blocks = mapBlocks(), options: { profile?: Profile } = {}) => {
  const { cid, sizeBytes } = await addPathTo({ blocks, hold: blocks.hold() }, content, options)
  return { cid: cid.toString(), root: cid, sizeBytes, blocks }
}

// https://github.com/ipfs/kubo/blob/master/test/cli/cid_profiles_test.go, profile unixfs-v1-2025 of IPIP-499
describe('CIDs equal the published ones of unixfs-v1-2025', () => {
  it('for a small file, read or given', async () => {
    await writeFile(join(folder, 'file'), 'hello world')
    const cid = 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
    expect(await add(join(folder, 'file'))).toMatchObject({ cid, sizeBytes: 11 })
    expect(await add(Buffer.from('hello world'))).toMatchObject({ cid, sizeBytes: 11 })
  })

  it('for an empty folder', async () => {
    const cid = 'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354'
    expect(await add(folder)).toMatchObject({ cid, sizeBytes: 0 })
  })

  it('for files at and past the size of a chunk', async () => {
    const at = keystream('chunk-v1-seed', MIB)
    const past = keystream('chunk-v1-seed', MIB + 1)
    await writeFile(join(folder, 'past'), past)
    expect((await add(at)).cid).toBe('bafkreiacndfy443ter6qr2tmbbdhadvxxheowwf75s6zehscklu6ezxmta')
    for (const content of [past, join(folder, 'past')]) {
      const added = await add(content)
      expect(added.cid).toBe('bafybeigmix7t42i6jacydtquhet7srwvgpizfg7gjbq7627d35mjomtu64')
      expect(added.sizeBytes).toBe(MIB + 1)
    }
  })

  it('for folders at and past the size where they are split, which come back whole', { timeout: 120_000 }, async () => {
    const names = keystreamNames('hamt-unixfs-v1-2025', 4766, 11, 22)
    const top = join(folder, 'many')
    await mkdir(top)
    await Promise.all(names.map((name) => writeFile(join(top, name), 'x')))
    const past = await add(top)
    expect(past.cid).toBe('bafybeiegvuterwurhdtkikfhbxcldohmxp566vpjdofhzmnhv6o4freidu')

    const reader = treeReader(past.blocks)
    const report = await inspectTree(reader, past.root)
    expect(report).toMatchObject({ sizeBytes: 4766, missing: null })
    await materialise(reader, past.root, join(folder, 'again'))
    expect((await add(join(folder, 'again'))).cid).toBe(past.cid)

    const last = names.at(-1) ?? ''
    await rename(join(top, last), join(top, last.slice(0, 21)))
    expect((await add(top)).cid).toBe('bafybeic3h7rwruealwxkacabdy45jivq2crwz6bufb5ljwupn36gicplx4')
  })
})

// The same file's profile unixfs-v0-2015, which is kubo's own default.
describe('CIDs equal the published ones of kubo where it is asked for no profile', () => {
  const addAsKubo = async (content: string | Uint8Array) => {
    const blocks = mapBlocks()
    const added = await add(content, blocks, { profile: 'unixfs-v0-2015' })
    // Kept and given as version 1; version 0 is another writing of the same hash.
    expect([...blocks.all.keys()].filter((key) => !key.startsWith('bafybei'))).toEqual([])
    return { ...added, cid: toCidV0(added.cid as Cid) }
  }

  it('for files below, at and past the size of a chunk, and of a node', { timeout: 120_000 }, async () => {
    expect((await addAsKubo(Buffer.from('hello world'))).cid).toBe('Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD')
    const chunk = 256 * 1024
    for (const [seed, sizeBytes, cid] of [
      ['chunk-v0-seed', chunk, 'QmWmRj3dFDZdb6ABvbmKhEL6TmPbAfBZ1t5BxsEyJrcZhE'],
      ['chunk-v0-seed', chunk + 1, 'QmYyLxtzZyW22zpoVAtKANLRHpDjZtNeDjQdJrcQNWoRkJ'],
      ['v0-seed', 174 * chunk, 'QmUbBALi174SnogsUzLpYbD4xPiBSFANF4iztWCsHbMKh2'],
      ['v0-seed', 174 * chunk + 1, 'QmV81WL765sC8DXsRhE5fJv2rwhS4icHRaf3J9Zk5FdRnW'],
    ] as const) {
      const bytes = keystream(seed, sizeBytes)
      const added = await addAsKubo(bytes)
      expect(added.cid, `${sizeBytes}`).toBe(cid)
      const reader = treeReader(added.blocks)
      expect(await inspectTree(reader, added.root)).toMatchObject({ sizeBytes, missing: null })
      const back = Buffer.concat(await Array.fromAsync(readFile(reader, added.root)))
      expect(Buffer.compare(back, bytes)).toBe(0)
    }
  })

  it('for folders at and past the size where they are split', { timeout: 120_000 }, async () => {
    for (const [count, length, cid] of [
      [4096, 30, 'QmX5GtRk3TSSEHtdrykgqm4eqMEn3n2XhfkFAis5fjyZmN'],
      [4033, 31, 'QmeMiJzmhpJAUgynAcxTQYek5PPKgdv3qEvFsdV3XpVnvP'],
    ] as const) {
      const top = join(folder, `${count}`)
      await mkdir(top)
      const names = keystreamNames('hamt-unixfs-v0-2015', count, length, length)
      await Promise.all(names.map((name) => writeFile(join(top, name), 'x')))
      const added = await addAsKubo(top)
      expect(added.cid).toBe(cid)
      expect((await inspectTree(treeReader(added.blocks), added.root)).sizeBytes).toBe(count)
    }
  })
})

describe('CIDs equal those of ipfs-car, which shares no code with ours', () => {
  const last = async (stream: ReadableStream<{ cid: { toString(): string } }>): Promise<string | undefined> => {
    let cid: string | undefined
    for await (const block of stream) cid = block.cid.toString()
    return cid
  }

  it('for files of all kinds of sizes', async () => {
    for (const sizeBytes of [1, 1000, MIB - 1, MIB, MIB + 1, 3 * MIB, 5 * MIB + 12_345]) {
      const bytes = keystream(`size ${sizeBytes}`, sizeBytes)
      expect((await add(bytes)).cid, `${sizeBytes}`).toBe(await last(createFileEncoderStream(new Blob([bytes]))))
    }
  })

  it('for a tree of folders', async () => {
    const files: Record<string, Uint8Array> = {
      'scene.blend': keystream('scene', 2 * MIB + 7),
      'textures/wood.png': keystream('wood', 1000),
      'textures/deep/er/Ünïcode ☃.png': keystream('snow', 10),
      'textures/same.png': keystream('wood', 1000),
      '.hidden': Buffer.from('x'),
    }
    for (const [name, bytes] of Object.entries(files)) {
      await mkdir(join(folder, name, '..'), { recursive: true })
      await writeFile(join(folder, name), bytes)
    }
    const theirs = Object.entries(files).map(([name, bytes]) => ({ name, stream: () => new Blob([bytes]).stream() }))
    expect((await add(folder)).cid).toBe(await last(createDirectoryEncoderStream(theirs)))
  })
})

it('reads back, by the stock exporter, to the same bytes', async () => {
  const bytes = keystream('exported', 3 * MIB + 5)
  const { root, blocks } = await add(bytes)
  const store = {
    get: async function* (cid: CID) {
      yield (await blocks.get(cid)) ?? new Uint8Array()
    },
  }
  const entry = await exporter(root, store as unknown as Parameters<typeof exporter>[1])
  if (entry.type !== 'file') throw new Error(`a ${entry.type}`)
  const pieces: Uint8Array[] = []
  for await (const piece of entry.content()) pieces.push(piece)
  expect(Buffer.compare(Buffer.concat(pieces), bytes)).toBe(0)
})

it('sees neither times nor modes nor hard links', async () => {
  await writeFile(join(folder, 'a'), 'one')
  await mkdir(join(folder, 'b'))
  const { cid } = await add(folder)
  await utimes(join(folder, 'a'), 1, 1)
  execFileSync('chmod', ['700', join(folder, 'a'), join(folder, 'b')])
  await link(join(folder, 'a'), join(folder, 'c'))
  await rm(join(folder, 'a'))
  await rename(join(folder, 'c'), join(folder, 'a'))
  expect((await add(folder)).cid).toBe(cid)
})

it('keeps memory flat: a large file goes through in pieces', async () => {
  await writeFile(join(folder, 'large'), '')
  await truncate(join(folder, 'large'), 300 * MIB)
  const blocks = mapBlocks()
  let peakBytes = 0
  blocks.put = async () => {
    peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers)
  }
  const before = process.memoryUsage().arrayBuffers
  await add(join(folder, 'large'), blocks)
  expect(peakBytes - before).toBeLessThan(150 * MIB)
})

describe('refuses', () => {
  const refusal = async (path: string, words: string) => {
    await expect(add(path)).rejects.toMatchObject({ code: 'FILE_REFUSED', message: expect.stringContaining(words) })
  }

  it('links, as what is added and within it', async () => {
    await writeFile(join(folder, 'secret'), 'x')
    await mkdir(join(folder, 'tree'))
    await symlink('../secret', join(folder, 'tree', 'link'))
    await refusal(join(folder, 'tree'), 'is a link or a device')
    await refusal(join(folder, 'tree', 'link'), 'is a link or a device')
    await symlink('tree', join(folder, 'link to a folder'))
    await refusal(join(folder, 'link to a folder'), 'is a link or a device')
  })

  it('pipes, sockets and devices, without waiting for them', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')])
    await refusal(join(folder, 'pipe'), 'is a link or a device')
    await refusal(folder, 'is a link or a device')
    await rm(join(folder, 'pipe'))
    await refusal('/dev/null', 'is a link or a device')
    const server = createServer().listen(join(folder, 'socket'))
    await new Promise((resolve) => server.once('listening', resolve))
    await refusal(folder, 'is a link or a device')
    await new Promise((resolve) => server.close(resolve))
  })

  it('names that other systems read otherwise', async () => {
    for (const name of ['back\\slash', 'line\nbreak', Buffer.from([0x66, 0xff, 0x6f])]) {
      const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)])
      await writeFile(path, 'x')
      await refusal(folder, 'cannot be shared')
      await rm(path)
    }
  })
})

it('tells what the importer throws on, and puts nothing more afterwards', async () => {
  const blocks = mapBlocks()
  blocks.put = () => Promise.reject(new Error('the disk is full'))
  await expect(add(keystream('x', 20 * MIB), blocks)).rejects.toThrow('the disk is full')
})
