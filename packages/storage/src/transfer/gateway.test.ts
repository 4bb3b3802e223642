import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Cid } from '@golem/protocol'
import { CID } from 'multiformats/cid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addPathTo } from '../../test/add-path-to.ts'
import { keystream } from '../../test/keystream.ts'
import { mapBlocks } from '../../test/map-blocks.ts'
import { bytesOf, FETCH, peersForTests, type TestPeer } from '../../test/peers.ts'

const MIB = 1024 * 1024
const BYTES = keystream('on the web', 9 * MIB + 5)

let world: Awaited<ReturnType<typeof peersForTests>>
let bob: TestPeer
let cid: Cid
let servers: Server[]
const blocks = mapBlocks()
beforeEach(async () => {
  servers = []
  world = await peersForTests()
  bob = await world.peer()
  cid = (await addPathTo({ blocks, hold: blocks.hold() }, BYTES)).cid.toString() as Cid
})
afterEach(async () => {
  await world.remove()
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

/** A gateway over plain HTTP, as the public ones answer, unless `odd` answers first. */
const gateway = async (
  odd: (request: { cid: CID; bytes: Uint8Array; count: number }, response: ServerResponse) => boolean = () => false,
) => {
  const asked: string[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '', 'http://gateway')
    const cid = CID.parse(url.pathname.replace('/ipfs/', ''))
    expect([url.searchParams.get('format'), request.headers.accept]).toEqual(['raw', 'application/vnd.ipld.raw'])
    asked.push(cid.toString())
    const bytes = await blocks.get(cid)
    if (bytes === null) return response.writeHead(404).end('not found')
    if (odd({ cid, bytes, count: asked.length }, response)) return
    response.writeHead(200, { 'content-type': 'application/vnd.ipld.raw', 'content-length': bytes.length }).end(bytes)
  }
  const server = createServer((request, response) => void answer(request, response))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

it('a tree comes from a gateway, each block asked for once', async () => {
  const { url, asked } = await gateway()
  await bob.storage.fetch(cid, { from: [], gateways: [url], ...FETCH })
  expect(Buffer.compare(await bytesOf(bob.storage, cid), BYTES)).toBe(0)
  expect(asked).toHaveLength(11)
  expect(new Set(asked).size).toBe(11)
})

it('is asked only for what no peer has', async () => {
  const alice = await world.peer()
  await alice.storage.addBytes(BYTES)
  const { url, asked } = await gateway()
  await bob.storage.fetch(cid, { from: [alice.contact], gateways: [url], ...FETCH })
  expect(asked).toEqual([])
  const carol = await world.peer({ gateways: [url] })
  await carol.storage.fetch(cid, { from: [], ...FETCH })
  expect(asked).toHaveLength(11)
})

describe('a gateway that', () => {
  const expectOther = async (url: string, isBlamed: boolean) => {
    await expect(bob.storage.fetch(cid, { from: [], gateways: [url], ...FETCH })).rejects.toMatchObject({
      code: 'CONTENT_UNAVAILABLE',
      message: expect.stringContaining(url),
    })
    expect(await bob.storage.has(cid)).toBe(false)
    expect(bob.liars).toEqual(isBlamed ? [`${url} SOURCE_WRONG`] : [])
    const honest = await gateway()
    await bob.storage.fetch(cid, { from: [], gateways: [url, honest.url], ...FETCH })
    expect(Buffer.compare(await bytesOf(bob.storage, cid), BYTES)).toBe(0)
  }
  const isLeaf = (cid: CID) => cid.code === 0x55

  it('changes a byte is asked no more', async () => {
    const { url } = await gateway(({ cid, bytes }, response) => {
      if (!isLeaf(cid)) return false
      response.writeHead(200).end(bytes.with(7, (bytes[7] ?? 0) ^ 1))
      return true
    })
    await expectOther(url, true)
  })

  it('sends without an end is asked no more', async () => {
    const { url } = await gateway((_, response) => {
      response.writeHead(200)
      const more = () => response.write(new Uint8Array(MIB))
      response.on('drain', more)
      more()
      return true
    })
    await expectOther(url, true)
  })

  it('answers with a page is asked no more', async () => {
    const { url } = await gateway((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>')
      return true
    })
    await expectOther(url, true)
  })

  it('breaks off in the middle of a block is passed over', async () => {
    const { url } = await gateway(({ cid, bytes }, response) => {
      if (!isLeaf(cid)) return false
      response.writeHead(200, { 'content-length': bytes.length })
      response.write(bytes.subarray(0, 1000), () => response.destroy())
      return true
    })
    await expectOther(url, false)
  })

  it('has only a part brings that part', async () => {
    const { url } = await gateway(({ count }, response) => {
      if (count < 5) return false
      response.writeHead(404).end()
      return true
    })
    await expectOther(url, false)
  })

  it('is busy, or falls silent, is passed over', async () => {
    const busy = await gateway((_, response) => {
      response.writeHead(429).end()
      return true
    })
    await expectOther(busy.url, false)
    const silent = await gateway(() => true)
    const hasty = await world.peer({ stallTimeoutMs: 200 })
    const other = keystream('another', 100)
    const { cid: small } = await addPathTo({ blocks, hold: blocks.hold() }, other)
    const fetched = hasty.storage.fetch(small.toString() as Cid, { from: [], gateways: [silent.url], ...FETCH })
    await expect(fetched).rejects.toMatchObject({ code: 'CONTENT_UNAVAILABLE' })
  })

  it('is not there is passed over', async () => {
    const { url } = await gateway()
    await new Promise((resolve) => servers.at(-1)?.close(resolve))
    await expectOther(url, false)
  })
})

it('ends with its signal', async () => {
  const { url } = await gateway(() => true)
  const control = new AbortController()
  const fetched = bob.storage.fetch(cid, { from: [], gateways: [url], ...FETCH, signal: control.signal })
  control.abort(new Error('enough'))
  await expect(fetched).rejects.toThrow('enough')
})
