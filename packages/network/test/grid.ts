import type { Network } from '@golem/ports'
import { newPrivateKey } from '@golem/protocol'
import type { GolemNetwork } from '../src/libp2p-network.ts'
import type { NetworkComponents, NetworkOptions } from '../src/network-options.ts'
import { createNetwork, DEV_LISTEN } from '../src/node/create-network.ts'

/** Real nodes on loopback that are stopped together. */
export type TestGrid = {
  join(options?: Partial<NetworkOptions>, components?: Partial<NetworkComponents>): Promise<GolemNetwork>
  stop(): Promise<void>
}

export function testGrid(): TestGrid {
  const joined: GolemNetwork[] = []
  return {
    async join(options, components) {
      const network = await createNetwork(
        { privateKey: newPrivateKey(), ...components },
        { listen: DEV_LISTEN, bootstrap: [], mdns: false, dht: false, ...options },
      )
      joined.push(network)
      return network
    },
    async stop() {
      await Promise.all(joined.splice(0).map((network) => network.stop()))
    },
  }
}

/** The first address of a node, with its peer id. */
export const addressOf = (network: Network): string => network.contact().addresses[0] ?? 'no address'
