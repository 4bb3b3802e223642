import type { GolemNetwork } from '../libp2p-network.ts'
import type { NetworkComponents, NetworkOptions } from '../network-options.ts'
import { startNetwork } from '../start-network.ts'
import { nodePlatform } from './node-platform.ts'

/** Listens on loopback alone, on a free port. */
export const DEV_LISTEN = ['/ip4/127.0.0.1/tcp/0'] as const

/**
 * A node on the grid, on Node: TCP, WebSocket, WebRTC. It dials no public node, ever.
 *
 * @throws {GolemError} `KEY_INVALID`, `PSK_INVALID`, `LISTEN_FAILED`, `PEER_UNREACHABLE` for an address that is none
 * @example
 * const network = await createNetwork({ privateKey }, { listen: DEV_LISTEN, bootstrap: [], mdns: false })
 */
export const createNetwork = async (components: NetworkComponents, options: NetworkOptions): Promise<GolemNetwork> =>
  startNetwork(components, options, await nodePlatform(options))
