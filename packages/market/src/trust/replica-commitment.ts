import { type Address, type Bytes32, hashText } from '@golem/protocol'

/**
 * Replicas commit to their output before any of them is served: with the provider's own key in it, so that a neighbour's
 * is of no use, and a salt, so that it cannot be guessed.
 */
export const replicaCommitment = (output: Bytes32, provider: Address, salt: Bytes32): Bytes32 =>
  hashText(`golem/replica/1\n${output}\n${provider}\n${salt}`)
