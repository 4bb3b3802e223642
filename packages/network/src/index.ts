export { createNetwork, DEV_LISTEN, type NetworkComponents, type NetworkOptions } from './create-network.ts'
export { LIVENESS, type LivenessOptions } from './liveness.ts'
export type { NetworkLogger } from './logger.ts'
