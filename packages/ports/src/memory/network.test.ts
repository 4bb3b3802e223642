import { newPrivateKey, signerFromKey } from '@golem/protocol'
import { networkCompliance } from '../compliance/network.ts'
import type { Network } from '../network.ts'
import { memoryGrid } from './network.ts'

networkCompliance('in memory', async () => {
  const grid = memoryGrid()
  const joined: Network[] = []
  return {
    async join() {
      const network = grid.join({ address: signerFromKey(newPrivateKey()).address })
      joined.push(network)
      return network
    },
    async remove() {
      await Promise.all(joined.map((network) => network.stop()))
    },
  }
})
