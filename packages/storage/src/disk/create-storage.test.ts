import { diskForTests, storageCompliance } from '@golem/ports/compliance'
import { memoryGrid } from '@golem/ports/memory'
import { asAddress } from '@golem/protocol'
import { createStorage } from './create-storage.ts'

storageCompliance('on disk, over the network in memory', async ({ maxBytes }) => {
  const grid = memoryGrid()
  const { disk, remove } = await diskForTests()
  const start = async (name: string, digit: string) => {
    const network = grid.join({ address: asAddress(`0x${digit.repeat(40)}`) })
    return { network, storage: await createStorage({ network }, { path: `${disk.folder}/${name}.content`, maxBytes }) }
  }
  const [alice, bob] = [await start('alice', 'a'), await start('bob', 'b')]
  return {
    alice: alice.storage,
    bob: bob.storage,
    aliceContact: alice.network.contact(),
    bobContact: bob.network.contact(),
    nobody: { peerId: 'memory-nobody', addresses: ['/memory/memory-nobody'] },
    disk,
    remove: async () => {
      await Promise.all([alice.network.stop(), bob.network.stop()])
      await remove()
    },
  }
})
