import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { diskBlocks } from '../../test/disk-blocks.ts'
import { keystream } from '../../test/keystream.ts'
import { isBlock } from '../blocks/block-cid.ts'

let path: string
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'golem-blocks-'))
})
afterEach(() => rm(path, { recursive: true }))

const open = (maxBytes = 1e9, keys = new Set<string>()) =>
  diskBlocks({ path, maxBytes, pinned: async () => ({ keys, isCurrent: () => true }) })

const block = async (seed: string, sizeBytes = 4096) => {
  const bytes = keystream(seed, sizeBytes)
  return { bytes, cid: CID.createV1(raw.code, await sha256.digest(bytes)) }
}

const files = async (): Promise<string[]> =>
  (await readdir(join(path, 'blocks'), { recursive: true, withFileTypes: true }))
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))

it('has what was put, also after it was opened again', async () => {
  const { cid, bytes } = await block('a')
  const blocks = await open()
  expect(await blocks.get(cid)).toBeNull()
  await blocks.put(cid, bytes, blocks.hold())
  expect(Buffer.compare((await blocks.get(cid)) ?? new Uint8Array(), bytes)).toBe(0)
  const again = await open()
  expect(again.sizeOf(cid)).toBe(4096)
  expect(Buffer.compare((await again.get(cid)) ?? new Uint8Array(), bytes)).toBe(0)
})

it.each([
  ['changed', (file: string) => writeFile(file, keystream('other', 4096))],
  ['cut', (file: string) => truncate(file, 100)],
  ['emptied by a power cut', (file: string) => truncate(file, 0)],
  ['gone', (file: string) => rm(file)],
])('never gives out a block that was %s, and takes it anew', async (_, spoil) => {
  const { cid, bytes } = await block('a')
  const blocks = await open()
  const hold = blocks.hold()
  await blocks.put(cid, bytes, hold)
  const [file = ''] = await files()
  await spoil(file)
  expect(await blocks.get(cid)).toBeNull()
  expect(blocks.sizeOf(cid)).toBeNull()
  await blocks.put(cid, bytes, hold)
  expect(Buffer.compare((await blocks.get(cid)) ?? new Uint8Array(), bytes)).toBe(0)
  expect(await files()).toHaveLength(1)
})

it('writes a block once, however many put it at the same time', async () => {
  const { cid, bytes } = await block('a', 100_000)
  const blocks = await open()
  const hold = blocks.hold()
  await Promise.all(Array.from({ length: 20 }, () => blocks.put(cid, bytes, hold)))
  expect(await files()).toHaveLength(1)
  expect(await readdir(join(path, 'scratch'))).toEqual([])
})

it('stays below its limit on the disk while many write at once, and keeps what is pinned and held', async () => {
  const pinned = await block('pinned')
  const held = await block('held')
  const maxBytes = 40 * 4096
  const blocks = await open(maxBytes, new Set([pinned.cid.toString()]))
  const first = blocks.hold()
  await blocks.put(pinned.cid, pinned.bytes, first)
  first.end()
  const hold = blocks.hold()
  await blocks.put(held.cid, held.bytes, hold)
  const numbers = Array.from({ length: 200 }).keys()
  const writer = async () => {
    for (const i of numbers) {
      const { cid, bytes } = await block(`${i}`, 1 + ((i * 997) % 4096))
      const mine = blocks.hold()
      await blocks.put(cid, bytes, mine)
      mine.end()
      expect((await files()).length).toBeLessThanOrEqual(40 + 8)
    }
  }
  await Promise.all(Array.from({ length: 8 }, writer))
  await blocks.settle()
  expect((await files()).length).toBeLessThanOrEqual(40)
  expect((await files()).length).toBeGreaterThan(20)
  expect(await blocks.get(pinned.cid)).not.toBeNull()
  expect(await blocks.get(held.cid)).not.toBeNull()
  for (const file of await files()) expect((await stat(file)).size).toBeGreaterThan(0)
})

it('is full where everything is held, and takes more when it is not', async () => {
  const blocks = await open(10 * 4096)
  const hold = blocks.hold()
  for (let i = 0; i < 10; i++) {
    const { cid, bytes } = await block(`${i}`)
    await blocks.put(cid, bytes, hold)
  }
  const more = await block('more')
  await expect(blocks.put(more.cid, more.bytes, blocks.hold())).rejects.toMatchObject({ code: 'STORAGE_FULL' })
  expect(blocks.sizeOf(more.cid)).toBeNull()
  hold.end()
  await blocks.put(more.cid, more.bytes, blocks.hold())
  expect(blocks.sizeOf(more.cid)).toBe(4096)
})

it('evicts across a restart what was used least recently', async () => {
  const all = await Promise.all(Array.from({ length: 10 }, (_, i) => block(`${i}`)))
  const first = await open(10 * 4096)
  for (const { cid, bytes } of all) await first.put(cid, bytes, first.hold())
  const second = await open(10 * 4096)
  for (const { cid } of all.slice(0, 5)) second.touch(cid)
  const more = await block('more')
  await second.put(more.cid, more.bytes, second.hold())
  expect(all.slice(0, 5).every(({ cid }) => second.sizeOf(cid) !== null)).toBe(true)
  expect(all.slice(5).some(({ cid }) => second.sizeOf(cid) === null)).toBe(true)
})

it('holds no half block after kill -9, and clears what was half', async () => {
  const program = `
    import { diskBlocks } from ${JSON.stringify(new URL('../../test/disk-blocks.ts', import.meta.url).href)}
    import { CID } from 'multiformats/cid'
    import { sha256 } from 'multiformats/hashes/sha2'
    import { randomBytes } from 'node:crypto'
    const pinned = async () => ({ keys: new Set(), isCurrent: () => true })
    const blocks = await diskBlocks({ path: ${JSON.stringify(path)}, maxBytes: 200e6, pinned })
    for (let n = 0; ; n++) {
      await Promise.all([1, 2, 3, 4].map(async () => {
        const bytes = randomBytes(1 + Math.floor(Math.random() * 1e6))
        await blocks.put(CID.createV1(0x55, await sha256.digest(bytes)), bytes, { add() {}, end() {} })
      }))
      console.log(n)
    }`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) if (line === '10') child.kill('SIGKILL')
  await ended

  const left = await files()
  expect(left.length).toBeGreaterThanOrEqual(40)
  for (const file of left) {
    expect(await isBlock(CID.parse(file.slice(file.lastIndexOf('/') + 1)), await readFile(file))).toBe(true)
  }
  await open()
  expect(await readdir(join(path, 'scratch'))).toEqual([])
})

it('says that the disk is full, keeps what it has, and leaves nothing half', async () => {
  const program = `
    import { diskBlocks } from ${JSON.stringify(new URL('../../test/disk-blocks.ts', import.meta.url).href)}
    import { CID } from 'multiformats/cid'
    import { sha256 } from 'multiformats/hashes/sha2'
    const pinned = async () => ({ keys: new Set(), isCurrent: () => true })
    const blocks = await diskBlocks({ path: ${JSON.stringify(path)}, maxBytes: 200e6, pinned })
    const put = async (sizeBytes) => {
      const bytes = Buffer.alloc(sizeBytes, 'x')
      await blocks.put(CID.createV1(0x55, await sha256.digest(bytes)), bytes, blocks.hold())
    }
    await put(1000)
    await put(1000000).catch((error) => console.log(error.code, error.message, error.remedy))`
  // A limit on the size of a file stands for the end of a disk: Linux answers EFBIG and ENOSPC at the same place.
  const limited = [
    '-c',
    'ulimit -f 500; exec "$@"',
    'sh',
    process.execPath,
    '--input-type=module-typescript',
    '-e',
    program,
  ]
  const child = spawn('/bin/sh', limited, { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  let said = ''
  for await (const line of createInterface({ input: child.stdout })) said += line
  await ended
  expect(said).toMatch(/^STORAGE_FULL .*no space is left on the disk.* Free some space/)
  expect(await files()).toHaveLength(1)
  expect(await readdir(join(path, 'scratch'))).toEqual([])
})

it('says so where its folder is not to be written', async () => {
  await writeFile(join(path, 'file'), '')
  const below = {
    path: join(path, 'file'),
    maxBytes: 1,
    pinned: async () => ({ keys: new Set<string>(), isCurrent: () => true }),
  }
  await expect(diskBlocks(below)).rejects.toMatchObject({ code: 'ENOTDIR' })
})
