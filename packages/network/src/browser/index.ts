export type { GolemNetwork } from '../libp2p-network.ts'
export type { NetworkLogger } from '../logger.ts'
export type { NetworkComponents, NetworkOptions } from '../network-options.ts'
export { createNetwork } from './create-network.ts'
