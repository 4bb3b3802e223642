import { randomBytes } from 'node:crypto'
import { createNetwork, DEV_LISTEN } from '@golem/network'
import { diskForTests, storageCompliance } from '@golem/ports/compliance'
import { newPrivateKey } from '@golem/protocol'
import { createStorage } from '@golem/storage/disk'
import { expect, it } from 'vitest'

/** Storages as a node has them: on the disk, over TCP. */
const pairOfPeers = async ({ maxBytes }: { maxBytes: number }) => {
  const { disk, remove } = await diskForTests()
  const start = async (name: string) => {
    const options = { listen: DEV_LISTEN, bootstrap: [], mdns: false }
    const network = await createNetwork({ privateKey: newPrivateKey() }, options)
    return { network, storage: await createStorage({ network }, { path: `${disk.folder}/${name}.content`, maxBytes }) }
  }
  const [alice, bob] = [await start('alice'), await start('bob')]
  return {
    alice: alice.storage,
    bob: bob.storage,
    aliceContact: alice.network.contact(),
    bobContact: bob.network.contact(),
    nobody: {
      peerId: '16Uiu2HAm7UTUU5mFZyzTb5TaGNHspyUcFwVuvQKJrk6EJxxXFLrT',
      addresses: ['/ip4/127.0.0.1/tcp/9/p2p/16Uiu2HAm7UTUU5mFZyzTb5TaGNHspyUcFwVuvQKJrk6EJxxXFLrT'],
    },
    disk,
    remove: async () => {
      await Promise.all([alice.network.stop(), bob.network.stop()])
      await remove()
    },
  }
}

storageCompliance('on disk, over libp2p', pairOfPeers)

it('moves 40 MB in blocks of 1 MiB, and many small files one after the other over the same stream', async () => {
  const { alice, bob, aliceContact, remove } = await pairOfPeers({ maxBytes: 200e6 })
  const from = [aliceContact]
  const bytes = randomBytes(40e6)
  const { cid } = await alice.addBytes(bytes)
  await bob.fetch(cid, { from, maxBytes: 40e6 })
  expect(Buffer.compare(await bob.readFile(cid, { maxBytes: 40e6 }), bytes)).toBe(0)

  for (let i = 0; i < 50; i++) {
    const small = await alice.addBytes(randomBytes(1_000))
    await bob.fetch(small.cid, { from, maxBytes: 1_000 })
    expect(await bob.has(small.cid)).toBe(true)
  }
  await Promise.all([alice.stop(), bob.stop()])
  await remove()
})
