import { type Bytes32, hashText } from '@golem/protocol'

export type AuditDrawInput = {
  /** Root of an epoch's finished work, on record before the beacon. */
  batchRoot: Bytes32
  /** One later block's hash for each epoch. Whoever makes that block can throw once more at the price of the block. */
  beacon: Bytes32
  /** `workId`: what its provider signed, so that nobody draws anew by describing the same otherwise. */
  work: Bytes32
}

/** Decides whether, and by whom, finished work is audited, and what an auditor looks at. */
export const auditSeed = ({ batchRoot, beacon, work }: AuditDrawInput): Bytes32 =>
  hashText(`golem/audit/1\n${batchRoot}\n${beacon}\n${work}`)

/** A number from a seed, uniform in 0 <= n < 1; another one for each `what`. */
export function numberFrom(seed: Bytes32, what: string): number {
  return Number.parseInt(hashText(`golem/number/1\n${seed}\n${what}`).slice(2, 14), 16) / 2 ** 48
}
