import { golemToken, payments } from '@golem/contracts'
import type { Redemption } from '@golem/ports'
import type { Address, Bytes32, ChannelKey, Hex, Settlement, Signer, Wei } from '@golem/protocol'
import { channelId } from '@golem/protocol'
import { concat, encodeFunctionData, encodePacked } from 'viem'
import type { Account } from './account/open-account.ts'
import type { Call } from './account/transaction.ts'
import { fundsMissing } from './chain-error.ts'
import { packRedemption } from './pack-redemption.ts'
import { signPermit } from './sign-permit.ts'

/** Items of one transaction: a redemption takes at most 50,000 gas, the others 25,000, and a block holds 30 million. */
const BATCH = { redeem: 100, settle: 250, collect: 250 }
const PERMIT_SECONDS = 3_600

/** The transactions that carry out what is asked of token and payment contract, one after the other. */
export type EscrowCalls = {
  /** @throws {GolemError} `FUNDS_MISSING` */
  deposit(amountWei: Wei): Promise<Call[]>
  withdraw(amountWei: Wei): Call[]
  /** GLM from wallet to wallet. */
  transfer(to: Address, amountWei: Wei): Call[]
  /** What the free balance lacks comes from the wallet. @throws {GolemError} `FUNDS_MISSING` */
  post(round: { root: Bytes32; sumWei: Wei; expiryS: number }): Promise<Call[]>
  reclaim(round: { root: Bytes32; sumWei: Wei }): Call[]
  redeem(items: readonly Redemption[]): Call[]
  /** What the free balance lacks comes from the wallet. @throws {GolemError} `FUNDS_MISSING` */
  settle(targets: readonly { channel: ChannelKey; amountWei: Wei }[]): Promise<Call[]>
  collect(channels: readonly ChannelKey[]): Call[]
}

type Components = { account: Account; signer: Signer; settlement: Settlement; nowS: () => Promise<number> }

export function escrowCalls({ account, signer, settlement, nowS }: Components): EscrowCalls {
  const { client, self } = account
  const { token, payments: escrow } = settlement
  const erc20 = { address: token, abi: golemToken.abi } as const
  const { abi } = payments
  const ofEscrow = (what: string, amountWei: Wei | null, data: Hex): Call => ({
    ...{ to: escrow, valueWei: 0n, what, amountWei, data },
  })
  const ofToken = (what: string, amountWei: Wei, data: Hex): Call => ({
    ...{ to: token, valueWei: 0n, what, amountWei, data },
  })

  /** How the payment contract gets at `amountWei` of the wallet: by an allowance, or by a signature. */
  const fundingFor = async (amountWei: Wei) => {
    const [walletWei, allowanceWei] = await Promise.all([
      client.readContract({ ...erc20, functionName: 'balanceOf', args: [self] }),
      client.readContract({ ...erc20, functionName: 'allowance', args: [self, escrow] }),
    ])
    if (walletWei < amountWei) throw fundsMissing('wallet', walletWei, amountWei)
    if (allowanceWei >= amountWei) return { before: [], permit: null }
    const deadlineS = (await nowS()) + PERMIT_SECONDS
    const permit = await signPermit({ client, signer, token }, { spender: escrow, amountWei, deadlineS })
    if (permit !== null) return { before: [], permit: [permit.deadline, permit.v, permit.r, permit.s] as const }
    const data = encodeFunctionData({ abi: erc20.abi, functionName: 'approve', args: [escrow, amountWei] })
    return { before: [ofToken('allow', amountWei, data)], permit: null }
  }

  const settling = (targets: readonly { channel: ChannelKey; amountWei: Wei }[]): Hex =>
    encodeFunctionData({ abi, functionName: 'settle', args: [concat(targets.map(packTarget))] })

  /** What a settlement to these targets would pay now. */
  const dueOf = async (targets: readonly { channel: ChannelKey; amountWei: Wei }[]): Promise<Wei> => {
    const highest = new Map<Bytes32, Wei>()
    for (const { channel, amountWei } of targets) {
      const id = channelId(channel)
      if (amountWei > (highest.get(id) ?? 0n)) highest.set(id, amountWei)
    }
    const due = await Promise.all(
      [...highest].map(async ([id, amountWei]) => {
        const { paid } = await client.readContract({ address: escrow, abi, functionName: 'ledgerOf', args: [id] })
        return amountWei > paid ? amountWei - paid : 0n
      }),
    )
    return due.reduce((sum, each) => sum + each, 0n)
  }

  return {
    deposit: (amountWei) =>
      account.reading(async () => {
        const plain = encodeFunctionData({ abi, functionName: 'deposit', args: [amountWei] })
        const funding = await fundingFor(amountWei)
        if (funding.permit === null) return [...funding.before, ofEscrow('deposit', amountWei, plain)]
        const args = [amountWei, ...funding.permit] as const
        return [ofEscrow('deposit', amountWei, encodeFunctionData({ abi, functionName: 'depositWithPermit', args }))]
      }),
    withdraw: (amountWei) => [
      ofEscrow('withdraw', amountWei, encodeFunctionData({ abi, functionName: 'withdraw', args: [amountWei] })),
    ],
    transfer: (to, amountWei) => [
      ofToken(
        'send',
        amountWei,
        encodeFunctionData({ abi: erc20.abi, functionName: 'transfer', args: [to, amountWei] }),
      ),
    ],
    post: ({ root, sumWei, expiryS }) =>
      account.reading(async () => {
        const round = [root, sumWei, BigInt(expiryS)] as const
        const freeWei = await client.readContract({ address: escrow, abi, functionName: 'free', args: [self] })
        if (freeWei >= sumWei)
          return [ofEscrow('lock', sumWei, encodeFunctionData({ abi, functionName: 'post', args: round }))]
        const missingWei = sumWei - freeWei
        const { before, permit } = await fundingFor(missingWei)
        const data =
          permit === null
            ? encodeFunctionData({ abi, functionName: 'depositAndPost', args: [missingWei, ...round] })
            : encodeFunctionData({
                abi,
                functionName: 'depositAndPostWithPermit',
                args: [missingWei, ...round, ...permit],
              })
        return [...before, ofEscrow('lock', sumWei, data)]
      }),
    reclaim: ({ root, sumWei }) => [
      ofEscrow('unlock', null, encodeFunctionData({ abi, functionName: 'reclaim', args: [root, sumWei] })),
    ],
    redeem: (items) =>
      batches(items.map(packRedemption).filter(isThere), BATCH.redeem).map((some) =>
        ofEscrow('redeem', null, encodeFunctionData({ abi, functionName: 'redeemMany', args: [concat(some)] })),
      ),
    settle: (targets) =>
      account.reading(async () => {
        const [dueWei, freeWei] = await Promise.all([
          dueOf(targets),
          client.readContract({ address: escrow, abi, functionName: 'free', args: [self] }),
        ])
        const [head, ...others] = batches(targets, BATCH.settle)
        const first = settling(head)
        const rest = others.map((some) => ofEscrow('settle', null, settling(some)))
        if (dueWei <= freeWei) return [ofEscrow('settle', dueWei, first), ...rest]
        const { before, permit } = await fundingFor(dueWei - freeWei)
        const depositing =
          permit === null
            ? encodeFunctionData({ abi, functionName: 'deposit', args: [dueWei - freeWei] })
            : encodeFunctionData({ abi, functionName: 'depositWithPermit', args: [dueWei - freeWei, ...permit] })
        const both = encodeFunctionData({ abi, functionName: 'multicall', args: [[depositing, first]] })
        return [...before, ofEscrow('settle', dueWei, both), ...rest]
      }),
    collect: (keys) =>
      [...(keys.length === 0 ? [[self, []] as const] : Map.groupBy(keys, ({ payee }) => payee))].flatMap(
        ([payee, channels]) =>
          batches(channels.map(packChannel), BATCH.collect).map((some) =>
            ofEscrow(
              'collect',
              null,
              encodeFunctionData({ abi, functionName: 'collect', args: [payee, concat(some)] }),
            ),
          ),
      ),
  }
}

const packTarget = ({ channel, amountWei }: { channel: ChannelKey; amountWei: Wei }): Hex =>
  encodePacked(['bytes32', 'uint128'], [channelId(channel), amountWei])
const packChannel = ({ requestor, author, royaltyBps }: ChannelKey): Hex =>
  encodePacked(['address', 'address', 'uint16'], [requestor, author, royaltyBps])

const isThere = <T>(value: T | null): value is T => value !== null

/** At least one, which may be empty: what is asked for is done, even if it is nothing. */
function batches<T>(items: readonly T[], size: number): [T[], ...T[][]] {
  const parts: [T[], ...T[][]] = [items.slice(0, size)]
  for (let i = size; i < items.length; i += size) parts.push(items.slice(i, i + size))
  return parts
}
