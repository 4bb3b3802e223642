import type { Redemption } from '@golem/ports'
import { channelId, type Hex } from '@golem/protocol'
import { concat, encodePacked } from 'viem'

const LIMIT = 1n << 128n
const MAX_ROYALTY_BPS = 2 ** 16
const MAX_DEPTH = 2 ** 8

/** A redemption as `Payments.redeem` reads it, or null where its words cannot even be written down. */
export function packRedemption({ voucher, funding }: Redemption): Hex | null {
  const { channel, amountWei, signature } = voucher
  const { leaf, proof } = funding
  const amounts = [amountWei, funding.sumWei, leaf.baseWei, leaf.capWei, ...proof.map((step) => step.sumWei)]
  if (amounts.some((amount) => amount >= LIMIT)) return null
  if (funding.requestor !== channel.requestor || leaf.channel !== channelId(channel)) return null
  if (channel.royaltyBps >= MAX_ROYALTY_BPS || proof.length >= MAX_DEPTH) return null
  const parity = Number.parseInt(signature.slice(130), 16) - 27
  if (parity !== 0 && parity !== 1) return null
  const s = BigInt(`0x${signature.slice(66, 130)}`)
  if (s >> 255n !== 0n) return null
  // EIP-2098: the parity in the bit that a low s leaves free.
  const vs = s | (BigInt(parity) << 255n)
  const sides = proof.reduce((bits, step, i) => (step.left ? (bits | (1 << i)) >>> 0 : bits), 0)
  const head = encodePacked(
    ['address', 'address', 'address', 'uint16', 'uint128', 'bytes32', 'uint256'],
    [
      channel.requestor,
      channel.payee,
      channel.author,
      channel.royaltyBps,
      amountWei,
      signature.slice(0, 66) as Hex,
      vs,
    ],
  )
  const place = encodePacked(
    ['bytes32', 'uint128', 'uint128', 'uint128', 'uint32', 'uint8'],
    [funding.root, funding.sumWei, leaf.baseWei, leaf.capWei, sides, proof.length],
  )
  return concat([head, place, ...proof.map(({ hash, sumWei }) => encodePacked(['bytes32', 'uint128'], [hash, sumWei]))])
}
