import type { Network } from '@golem/ports'
import { networkCompliance } from '@golem/ports/compliance'
import { newPrivateKey } from '@golem/protocol'
import { createNetwork, DEV_LISTEN } from './create-network.ts'

networkCompliance('libp2p over TCP', async () => {
  const joined: Network[] = []
  return {
    async join() {
      const options = { listen: DEV_LISTEN, bootstrap: [], mdns: false }
      const network = await createNetwork({ privateKey: newPrivateKey() }, options)
      joined.push(network)
      return network
    },
    async remove() {
      await Promise.all(joined.map((network) => network.stop()))
    },
  }
})
