import type { GolemNetwork } from '../libp2p-network.ts'
import type { NetworkComponents, NetworkOptions } from '../network-options.ts'
import { startNetwork } from '../start-network.ts'
import { browserPlatform } from './browser-platform.ts'

/**
 * A node on the grid inside a page: it dials by WebSocket and WebRTC. It dials no public node, ever.
 *
 * @throws {GolemError} `KEY_INVALID`, `PSK_INVALID`, `PEER_UNREACHABLE` for an address that is none
 * @example
 * const network = await createNetwork({ privateKey }, { listen: [], bootstrap: ['/dns4/…/tcp/4002/ws/p2p/16U…'], mdns: false })
 */
export const createNetwork = (components: NetworkComponents, options: NetworkOptions): Promise<GolemNetwork> =>
  startNetwork(components, options, browserPlatform(options))
