import { hexToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { type Address, address, type Bytes32, cid } from './primitives.ts'
import { keccakHex } from './typed-data.ts'

/** What an accuser shows to a panel: a verdict that is to be checked again. Kept by CID, as canonical JSON. */
export const claim = z.strictObject({
  format: z.literal('golem-claim/1'),
  accuser: address,
  accused: address,
  /** `signedVerdict`, which names the work. */
  verdict: cid,
})
export type Claim = z.infer<typeof claim>

/** A dispute's evidence as it stands on the chain: the CID of a claim, then where it can be fetched. */
const evidenceText = z
  .string()
  .max(1_000)
  .transform((text) => text.split(' '))
  .pipe(z.tuple([cid], z.string().regex(/^\/\S+\/p2p\/\w+$/)))

/** Addresses that are written beside a claim: each costs gas. */
const MAX_ADDRESSES = 2

export const writeEvidence = (claimCid: string, addresses: readonly string[]): string =>
  [claimCid, ...addresses.slice(0, MAX_ADDRESSES)].join(' ')

/** null where it is of no such form: somebody wrote what they liked. */
export function readEvidence(text: string) {
  const parsed = evidenceText.safeParse(text)
  if (!parsed.success) return null
  const [claimCid, ...addresses] = parsed.data
  return { claim: claimCid, addresses }
}

export type JurorVote = { id: number; round: number; juror: Address; vote: 'acquit' | 'convict'; salt: Bytes32 }

/** What a juror commits to: keccak256(abi.encode(id, round, juror, vote, salt)). */
export function juryCommitment({ id, round, juror, vote, salt }: JurorVote): Bytes32 {
  const words = [id.toString(16), round.toString(16), juror.slice(2), vote === 'convict' ? '2' : '1', salt.slice(2)]
  return keccakHex(hexToBytes(words.map((word) => word.padStart(64, '0')).join('')))
}
