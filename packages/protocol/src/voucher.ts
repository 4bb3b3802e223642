import { hexToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { address, type Bytes32, bytes32, signature, wei } from './primitives.ts'
import { type RecoverSigner, recoverSigner, type Signer } from './signer.ts'
import { type Domain, keccakHex, type TypedStruct, typedDigest } from './typed-data.ts'

/** Who pays whom, with the author's share. One channel lives as long as the payment contract. */
export const channelKey = z.strictObject({
  requestor: address,
  payee: address,
  author: address,
  royaltyBps: z.number().int().min(0).max(2_000),
})
export type ChannelKey = z.infer<typeof channelKey>

/** Of keys, which nobody changes: every voucher and every assignment asks. */
const ids = new WeakMap<ChannelKey, Bytes32>()

/** keccak256(abi.encode(requestor, payee, author, royalty)), as the contract computes it. */
export function channelId(key: ChannelKey): Bytes32 {
  const known = ids.get(key)
  if (known !== undefined) return known
  const words = [key.requestor.slice(2), key.payee.slice(2), key.author.slice(2), key.royaltyBps.toString(16)]
  const id = keccakHex(hexToBytes(words.map((part) => part.padStart(64, '0')).join('')))
  ids.set(key, id)
  return id
}

/** A bearer claim: all that was ever accepted in this channel, as one cumulative amount. */
export const voucher = z.strictObject({ channel: channelKey, amountWei: wei, signature })
export type Voucher = z.infer<typeof voucher>

const VOUCHER: TypedStruct = {
  name: 'Voucher',
  fields: [
    { name: 'channel', type: 'bytes32' },
    { name: 'amount', type: 'uint128' },
  ],
}

export const voucherDigest = (domain: Domain, channel: Bytes32, amountWei: bigint): Bytes32 =>
  typedDigest(domain, VOUCHER, { channel, amount: amountWei })

export function signVoucher(signer: Signer, domain: Domain, channel: ChannelKey, amountWei: bigint): Voucher {
  return { channel, amountWei, signature: signer.signDigest(voucherDigest(domain, channelId(channel), amountWei)) }
}

/** True when the channel's requestor signed it with a low s. */
export function isVoucherSigned(domain: Domain, voucher: Voucher, recover: RecoverSigner = recoverSigner): boolean {
  const { channel, amountWei, signature: signed } = voucher
  return recover(voucherDigest(domain, channelId(channel), amountWei), signed) === channel.requestor
}

/** A lock on chain that funds many channels, and one channel's place in it. */
export const funding = z.strictObject({
  requestor: address,
  root: bytes32,
  sumWei: wei,
  expiryS: z.number().int().positive(),
  leaf: z.strictObject({ channel: bytes32, baseWei: wei, capWei: wei }),
  /** From the leaf up: the sibling's hash and sum, and the side on which it stands. */
  proof: z.array(z.strictObject({ hash: bytes32, sumWei: wei, left: z.boolean() })).max(32),
})
export type Funding = z.infer<typeof funding>
