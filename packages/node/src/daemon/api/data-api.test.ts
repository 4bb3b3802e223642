import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Network } from '@golem/ports'
import { memoryGrid } from '@golem/ports/memory'
import { asAddress } from '@golem/protocol'
import { createStorage, type DiskStorage } from '@golem/storage/disk'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { DataApi } from '../../http/index.ts'
import { createDataApi } from './data-api.ts'

const signal = new AbortController().signal
let folder: string
let nodes: { api: DataApi; storage: DiskStorage; network: Network }[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golem-data-'))
  const grid = memoryGrid()
  nodes = await Promise.all(
    ['a', 'b'].map(async (name) => {
      const network = grid.join({ address: asAddress(`0x${name.repeat(40)}`) })
      const storage = await createStorage({ network }, { path: join(folder, name), maxBytes: 1e8 })
      return { api: createDataApi({ storage, network }), storage, network }
    }),
  )
  await mkdir(join(folder, 'scene'))
  await writeFile(join(folder, 'scene', 'scene.blend'), 'BLENDER')
})
afterEach(async () => {
  for (const { storage } of nodes) await storage.stop()
  await rm(folder, { recursive: true })
})
const [alice, bob] = [() => nodes[0]?.api as DataApi, () => nodes[1]?.api as DataApi]

it('what one adds, another writes to its disk, asking all that it is connected to', async () => {
  const { cid, sizeBytes } = await alice().addData({ path: join(folder, 'scene'), pin: true }, { signal })
  expect(sizeBytes).toBe(7)
  const path = join(folder, 'copy')
  expect(await bob().writeData(cid, { path, from: [] }, { signal })).toEqual({ cid, sizeBytes })
  expect(await readFile(join(path, 'scene.blend'), 'utf8')).toBe('BLENDER')
  await expect(bob().writeData(cid, { path, from: [] }, { signal })).rejects.toMatchObject({ code: 'TARGET_EXISTS' })
  // Kept only while it was written.
  expect((await bob().showData()).pinned).toEqual([])
  expect(await bob().listData(cid)).toMatchObject({ cid, entries: [{ name: 'scene.blend', kind: 'file' }] })
})

it('reads what is text, fetched from whom it is connected to, and nothing that is large', async () => {
  const add = async (name: string, content: string | Uint8Array) => {
    await writeFile(join(folder, name), content)
    return (await alice().addData({ path: join(folder, name), pin: true }, { signal })).cid
  }
  const why = await add('why.txt', '그림의 절반뿐이다.\n\tHalf of it.\n')
  expect(await bob().readText(why, { signal })).toMatchObject({ cid: why, text: '그림의 절반뿐이다.\n\tHalf of it.\n' })
  for (const bytes of [new Uint8Array([0xff, 0xfe, 1]), 'a\u0000b', '\u001b[2J'])
    expect(await bob().readText(await add('no-text', bytes), { signal })).toMatchObject({ text: null })
  const large = await add('large.txt', 'x'.repeat(256 * 1024 + 1))
  await expect(bob().readText(large, { signal })).rejects.toMatchObject({ code: 'CONTENT_TOO_LARGE' })
  const { cid } = await alice().addData({ path: join(folder, 'scene'), pin: true }, { signal })
  await expect(bob().readText(cid, { signal })).rejects.toMatchObject({ code: 'CONTENT_REFUSED' })
  expect((await bob().showData()).pinned).toEqual([])
})

it('keeps for the person until she lets go, and lets go of nothing else', async () => {
  const { cid } = await alice().addData({ path: join(folder, 'scene'), pin: true }, { signal })
  await nodes[0]?.storage.pin(cid as never, 'job/1')
  expect((await alice().showData()).pinned).toMatchObject([{ cid, owners: ['person', 'job/1'] }])
  await alice().unpinData(cid)
  await alice().unpinData(cid)
  expect((await alice().showData()).pinned).toMatchObject([{ cid, owners: ['job/1'] }])
  expect((await alice().clearData()).blocks).toBe(0)
  await bob().pinData(cid, { from: [] }, { signal })
  expect((await bob().showData()).pinned).toMatchObject([{ cid, owners: ['person'], isWhole: true }])
})

it('speaks of content as kubo does where it was added so', async () => {
  const { cid } = await alice().addData(
    { path: join(folder, 'scene', 'scene.blend'), pin: true, profile: 'unixfs-v0-2015' },
    { signal },
  )
  expect(cid).toMatch(/^Qm/)
  const path = join(folder, 'file')
  await bob().writeData(cid, { path, from: [] }, { signal })
  expect(await readFile(path, 'utf8')).toBe('BLENDER')
  const car = join(folder, 'file.car')
  await alice().exportData(cid, { path: car, from: [] }, { signal })
  const { roots } = await bob().importData({ path: car, pin: false }, { signal })
  expect(roots).toMatchObject([{ isWhole: true, sizeBytes: 7 }])
})

it('takes a file from the web, whole or not at all', async () => {
  const bytes = 'x'.repeat(100_000)
  const server = createServer(({ url }, response) => {
    if (url === '/whole') response.end(bytes)
    else if (url === '/cut') {
      response.writeHead(200, { 'content-length': bytes.length })
      response.write(bytes.slice(0, 5_000), () => response.destroy())
    } else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const add = (url: string) => alice().addData({ url, pin: true }, { signal })
  try {
    const { cid, sizeBytes } = await add(`${at}/whole`)
    await writeFile(join(folder, 'file'), bytes)
    expect(await bob().addData({ path: join(folder, 'file'), pin: false }, { signal })).toEqual({ cid, sizeBytes })
    for (const path of ['/cut', '/nothing']) {
      await expect(add(`${at}${path}`)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' })
    }
    expect((await alice().showData()).pinned).toHaveLength(1)
  } finally {
    server.closeAllConnections()
    server.close()
  }
  await expect(add(`${at}/whole`)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' })
})

it('names what is wrong with a source, and says who was asked in vain', async () => {
  const absent = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
  const pin = (from: string[]) => alice().pinData(absent, { from }, { signal })
  await expect(pin(['/ip4/192.0.2.7/tcp/4001'])).rejects.toMatchObject({ code: 'SOURCE_INVALID' })
  await expect(pin([])).rejects.toMatchObject({
    code: 'CONTENT_UNAVAILABLE',
    message: expect.stringContaining('does not have'),
  })
  expect((await alice().showData()).pinned).toEqual([])
})
