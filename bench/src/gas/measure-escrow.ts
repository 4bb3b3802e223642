import { golemToken, payments } from '@golem/contracts'
import { type Address, asAddress, buildFundingTree, type ChannelKey, channelId, signVoucher } from '@golem/protocol'
import { encodeFunctionData, keccak256, toHex } from 'viem'
import type { ByCount } from './measure-peers.ts'
import type { Desk } from './open-desk.ts'
import { realAmount } from './real-amount.ts'

const ROYALTY_BPS = 500
const LEAVES = 1_000

/** A made-up account whose address has all digits. */
function addressOf(name: string): Address {
  return asAddress(keccak256(toHex(name)).slice(0, 42))
}

/** Gas of one payee in a settlement: in a channel that was never paid, and in one that was. */
export async function measureSettle(
  { chain, signer }: Desk,
  counts: readonly number[],
): Promise<{ fresh: ByCount; paid: ByCount }> {
  const fresh: ByCount = new Map()
  const paid: ByCount = new Map()
  for (const count of counts) {
    const channels = Array.from({ length: count }, (_, i) => channelOf(signer.address, `settle ${count} ${i}`))
    const targets = (sums: number) =>
      channels.map((channel, i) => ({ channel, amountWei: BigInt(sums) * realAmount(i) }))
    fresh.set(count, Number((await chain.settle(targets(1))).gasUsed) / count)
    paid.set(count, Number((await chain.settle(targets(2))).gasUsed) / count)
  }
  return { fresh, paid }
}

/** Gas of one channel in a collection: channels of many requestors with one payee, who was credited before. */
export async function measureCollect({ chain }: Desk, counts: readonly number[]): Promise<ByCount> {
  const gas: ByCount = new Map()
  const payee = addressOf('collector')
  for (const count of [0, ...counts]) {
    const channels = Array.from({ length: Math.max(count, 1) }, (_, i) =>
      channelOf(addressOf(`requestor ${count} ${i}`), payee),
    )
    await chain.settle(channels.map((channel, i) => ({ channel, amountWei: realAmount(i) })))
    const { gasUsed } = await chain.collect(channels)
    if (count > 0) gas.set(count, Number(gasUsed) / count)
  }
  return gas
}

/** Gas of locking a round: what it costs does not depend on how many channels it funds. */
export async function measurePost(
  desk: Desk,
  counts: readonly number[],
): Promise<{ post: ByCount; depositAndPost: ByCount }> {
  const { chain, signer } = desk
  const { token, payments: escrow } = chain.settlement
  const approval = encodeFunctionData({ abi: golemToken.abi, functionName: 'approve', args: [escrow, 2n ** 256n - 1n] })
  await desk.send({ to: token, data: approval })
  const post: ByCount = new Map()
  const depositAndPost: ByCount = new Map()
  const expiryS = (await chain.now()) + 86_400
  const roundOf = (name: string, count: number) =>
    buildFundingTree(
      leavesOf(Array.from({ length: count }, (_, i) => channelOf(signer.address, `${name} ${count} ${i}`))),
    )
  for (const count of counts) {
    const free = roundOf('free', count)
    post.set(count, Number((await chain.post({ root: free.root, sumWei: free.sumWei, expiryS })).gasUsed))
    const { root, sumWei } = roundOf('wallet', count)
    const args = [sumWei, root, sumWei, BigInt(expiryS)] as const
    const data = encodeFunctionData({ abi: payments.abi, functionName: 'depositAndPost', args })
    depositAndPost.set(count, (await desk.send({ to: escrow, data })).gas)
  }
  return { post, depositAndPost }
}

export type RedemptionGas = { alone: number; inBatch: number }

/** Gas of one redemption from a round with 1,000 leaves: in channels that were never paid, and in such as were. */
export async function measureRedeem(
  { chain, signer }: Desk,
  batch: number,
): Promise<{ fresh: RedemptionGas; paid: RedemptionGas }> {
  const channels = Array.from({ length: LEAVES }, (_, i) => channelOf(signer.address, `redeem ${i}`))
  const leaves = leavesOf(channels)
  const { root, sumWei, proofOf } = buildFundingTree(leaves)
  const expiryS = (await chain.now()) + 86_400
  await chain.post({ root, sumWei, expiryS })
  const domain = { chainId: chain.settlement.chainId, verifyingContract: chain.settlement.payments }
  const redemption = (index: number, share: bigint) => {
    const channel = channels[index] as ChannelKey
    const amountWei = (realAmount(index) * share) / 7n
    const funding = { requestor: signer.address, root, sumWei, expiryS, ...proofOf(channelId(channel)) }
    return { voucher: signVoucher(signer, domain, channel, amountWei), funding }
  }
  const redeem = async (indices: number[], share: bigint) =>
    Number((await chain.redeem(indices.map((index) => redemption(index, share)))).gasUsed) / indices.length
  // Spread over the tree, as the vouchers of many payees are.
  const many = Array.from({ length: batch }, (_, i) => (i * LEAVES) / batch)
  return {
    fresh: { alone: await redeem([1], 3n), inBatch: await redeem(many, 3n) },
    paid: { alone: await redeem([1], 5n), inBatch: await redeem(many, 5n) },
  }
}

const channelOf = (requestor: Address, payee: string): ChannelKey => ({
  requestor,
  payee: payee.startsWith('0x') ? asAddress(payee) : addressOf(payee),
  author: addressOf('author'),
  royaltyBps: ROYALTY_BPS,
})

const leavesOf = (channels: readonly ChannelKey[]) =>
  channels.map((channel, i) => ({ channel: channelId(channel), baseWei: 0n, capWei: realAmount(i) }))
