import type { Redemption } from '@golem/ports'
import { channelId, type Hex } from '@golem/protocol'

const LIMIT = 1n << 128n
const MAX_ROYALTY_BPS = 2 ** 16

/** A redemption as the contract reads it, or null where its words cannot even be written down. */
export function redemptionArgs({ voucher, funding }: Redemption) {
  const { channel, amountWei, signature } = voucher
  const amounts = [amountWei, funding.sumWei, funding.leaf.baseWei, funding.leaf.capWei]
  if ([...amounts, ...funding.proof.map((step) => step.sumWei)].some((amount) => amount >= LIMIT)) return null
  if (funding.requestor !== channel.requestor || funding.leaf.channel !== channelId(channel)) return null
  if (channel.royaltyBps >= MAX_ROYALTY_BPS) return null
  const parity = Number.parseInt(signature.slice(130), 16) - 27
  if (parity !== 0 && parity !== 1) return null
  const s = BigInt(`0x${signature.slice(66, 130)}`)
  if (s >> 255n !== 0n) return null
  return {
    channel,
    amount: amountWei,
    r: signature.slice(0, 66) as Hex,
    // EIP-2098: the parity in the bit that a low s leaves free.
    vs: `0x${(s | (BigInt(parity) << 255n)).toString(16).padStart(64, '0')}` as Hex,
    root: funding.root,
    sum: funding.sumWei,
    base: funding.leaf.baseWei,
    cap: funding.leaf.capWei,
    hashes: funding.proof.map((step) => step.hash),
    sums: funding.proof.map((step) => step.sumWei),
    sides: funding.proof.reduce((bits, step, i) => (step.left ? (bits | (1 << i)) >>> 0 : bits), 0),
  }
}
