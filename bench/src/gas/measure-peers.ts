import { encodeDeployData, encodeFunctionData, type Hex, pad, toHex } from 'viem'
import { compilePeers } from './compile-peers.ts'
import type { Desk } from './open-desk.ts'
import { realAmount } from './real-amount.ts'

/** Gas of one payment in a batch, by the size of the batch. */
export type ByCount = Map<number, number>

/** The two ways in which Golem paid many at once; `fresh` is for payees who never had anything, `paid` for others. */
export async function measurePeers(
  desk: Desk,
  counts: readonly number[],
): Promise<Record<'classic' | 'present', { fresh: ByCount; paid: ByCount }>> {
  const { Token, MultiTransfer } = compilePeers()
  const deploy = async (data: Hex): Promise<Hex> => {
    const { contract } = await desk.send({ data })
    if (contract === null) throw new Error('a peer did not deploy')
    return contract
  }
  const token = await deploy(Token.bytecode)
  const multi = await deploy(encodeDeployData({ ...MultiTransfer, args: [token] }))
  const approve = { abi: Token.abi, functionName: 'approve', args: [multi, 2n ** 255n] }
  await desk.send({ to: token, data: encodeFunctionData(approve) })

  const measured = { classic: both(), present: both() }
  for (const count of counts) {
    const amounts = Array.from({ length: count }, (_, i) => realAmount(i))
    const payeesOf = (seed: number) => amounts.map((_, i) => payee(seed * 1_000_000 + count * 1_000 + i))
    const words = payeesOf(1).map((to, i) => pad(toHex(((amounts[i] as bigint) << 160n) | BigInt(to)), { size: 32 }))
    const classic = { abi: Token.abi, functionName: 'batchTransfer', args: [words, 1_500_000_000n] }
    const present = { abi: MultiTransfer.abi, functionName: 'transfer', args: [payeesOf(2), amounts] }
    for (const state of ['fresh', 'paid'] as const) {
      const pay = async (to: Hex, call: typeof classic) =>
        (await desk.send({ to, data: encodeFunctionData(call) })).gas / count
      measured.classic[state].set(count, await pay(token, classic))
      measured.present[state].set(count, await pay(multi, present as typeof classic))
    }
  }
  return measured
}

const both = (): { fresh: ByCount; paid: ByCount } => ({ fresh: new Map(), paid: new Map() })

const payee = (seed: number): Hex => toHex(0xabcdef0123456789n * BigInt(seed + 1) ** 3n + (0x9n << 156n), { size: 20 })
