export { type ChainComponents, type ChainOptions, createChain } from './create-chain.ts'
export { faucet } from './dev/faucet.ts'
export { findAnvil } from './dev/find-anvil.ts'
export { type DevChain, type JoinDevChainOptions, joinDevChain } from './dev/join-dev-chain.ts'
