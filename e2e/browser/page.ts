import { createNetwork } from '@golem/network/browser'
import { asCid, newPrivateKey, type PeerContact, signerFromKey } from '@golem/protocol'
import { boundedBlocks, createContent, createPins, memoryMedium } from '@golem/storage'
import { nodeParts } from './node-parts.ts'

/** What the page is told at its start. */
export type PageSettings = { hub: PeerContact; address: string; cid: string; sizeBytes: number }

const post = async (path: string, value: unknown) => {
  await fetch(path, { method: 'POST', body: JSON.stringify(value) })
}
const hex = (bytes: ArrayBuffer) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')

async function live(): Promise<void> {
  const { hub, address, cid, sizeBytes } = (await (await fetch('/settings')).json()) as PageSettings
  const privateKey = newPrivateKey()
  const signer = signerFromKey(privateKey)
  const network = await createNetwork({ privateKey }, { listen: [], bootstrap: [], mdns: false })
  await network.connect(address)
  const [connection] = network.libp2p.getConnections()
  await post('/told/joined', { address: signer.address, over: connection?.remoteAddr.toString() })

  const medium = memoryMedium()
  const openBlocks = (pinned: Parameters<Parameters<typeof createContent>[0]['openBlocks']>[0]) =>
    boundedBlocks({ medium, pinned }, { maxBytes: 64 * 1024 ** 2 })
  const content = createContent({ network, pins: createPins(), openBlocks })
  await content.fetch(asCid(cid), { from: [hub], maxBytes: 2 * sizeBytes })
  const bytes = await content.readFile(asCid(cid), { maxBytes: 2 * sizeBytes })
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes))
  await post('/told/fetched', { sizeBytes: bytes.length, sha256: hex(digest) })

  const parts = nodeParts(network, privateKey)
  await post('/told/answered', await parts.ask())
  await parts.lend()
  await post('/told/lends', true)
}

live().catch((error: unknown) => post('/failed', error instanceof Error ? `${error.message}\n${error.stack}` : error))
