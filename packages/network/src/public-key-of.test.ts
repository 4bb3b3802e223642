import { newPrivateKey, signerFromKey } from '@golem/protocol'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { expect, it } from 'vitest'
import { createNetwork } from './node/create-network.ts'
import { publicKeyOf } from './public-key-of.ts'

it('reads the key of a node from its peer id, and refuses what is none', async () => {
  const privateKey = newPrivateKey()
  const network = await createNetwork({ privateKey }, { listen: [], bootstrap: [], mdns: false })
  expect(publicKeyOf(network.self.peerId)).toEqual(signerFromKey(privateKey).publicKey)
  await network.stop()
  const other = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
  expect(() => publicKeyOf(other.toString())).toThrow(expect.objectContaining({ code: 'PEER_ID_INVALID' }))
  expect(() => publicKeyOf('nobody')).toThrow(expect.objectContaining({ code: 'PEER_UNREACHABLE' }))
})
