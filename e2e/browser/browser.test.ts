import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createNetwork } from '@golem/network'
import { newPrivateKey, signerFromKey } from '@golem/protocol'
import { createStorage } from '@golem/storage/disk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NodeParts, nodeParts } from './node-parts.ts'
import { bundlePage, openPage } from './open-page.ts'
import type { PageSettings } from './page.ts'

const LISTEN = ['/ip4/127.0.0.1/tcp/0/ws', '/ip4/127.0.0.1/udp/0/webrtc-direct']
const FILE_BYTES = 10_000_000
const PATIENCE_MS = 120_000

async function startNode(bootstrap: readonly string[]) {
  const privateKey = newPrivateKey()
  const signer = signerFromKey(privateKey)
  const network = await createNetwork({ privateKey }, { listen: LISTEN, bootstrap, mdns: false })
  const parts: NodeParts = nodeParts(network, privateKey)
  const stop = async () => {
    await parts.stop()
    await network.stop()
  }
  return { network, signer, parts, stop }
}

describe('a page in a browser', () => {
  const undo: (() => Promise<unknown>)[] = []
  let program: string
  let hub: Awaited<ReturnType<typeof startNode>>
  let requestor: Awaited<ReturnType<typeof startNode>>
  let file: { cid: string; sha256: string }
  beforeAll(async () => {
    program = await bundlePage(resolve(import.meta.dirname, 'page.ts'))
    hub = await startNode([])
    undo.push(hub.stop)
    requestor = await startNode(hub.network.contact().addresses.slice(0, 1))
    undo.push(requestor.stop)
    const path = await mkdtemp(join(tmpdir(), 'golem-browser-'))
    undo.push(() => rm(path, { recursive: true, force: true }))
    const storage = await createStorage({ network: hub.network }, { path, maxBytes: 1e9 })
    undo.push(() => storage.stop())
    const bytes = randomBytes(FILE_BYTES)
    const { cid } = await storage.addBytes(bytes)
    file = { cid, sha256: createHash('sha256').update(bytes).digest('hex') }
  }, PATIENCE_MS)
  afterAll(async () => {
    for (const step of undo.reverse()) await step()
  }, PATIENCE_MS)

  it.each([
    ['WebSocket', '/ws'],
    ['WebRTC', '/webrtc-direct/'],
  ])(
    'joins over %s, fetches 10 MB by its CID, has its demand answered, and answers one',
    async (_, transport) => {
      const contact = hub.network.contact()
      const address = contact.addresses.find((each) => each.includes(transport)) ?? 'no address'
      const settings: PageSettings = { hub: contact, address, cid: file.cid, sizeBytes: FILE_BYTES }
      await hub.parts.lend()
      const page = await openPage(program, settings)
      try {
        const joined = (await page.told('joined')) as { address: string; over: string }
        expect(joined.over).toContain(transport)
        expect(await page.told('fetched')).toEqual({ sizeBytes: FILE_BYTES, sha256: file.sha256 })
        expect(await page.told('answered')).toBe(hub.signer.address)
        // whoever else lends is gone, so that it is the page that answers
        await hub.parts.cease()
        await page.told('lends')
        expect(await requestor.parts.ask()).toBe(joined.address)
      } finally {
        await page.close()
      }
    },
    PATIENCE_MS,
  )
})
