import {
  type Address,
  asAddress,
  type Bytes32,
  type ChannelKey,
  channelId,
  GolemError,
  hashText,
  isVoucherSigned,
  type Settlement,
  verifyFunding,
  type Wei,
} from '@golem/protocol'
import type { Chain, Receipt, Redemption } from '../chain.ts'

export type MemoryLedgerComponents = { clock: { now(): number } }

/** A ledger in memory that several accounts share. */
export type MemoryLedger = {
  readonly settlement: Settlement
  /** Gives GLM and ETH from nowhere. */
  fund(to: Address, amounts: { glmWei: Wei; gasWei: Wei }): void
  /** The ledger as one account sees it. */
  open(self: Address): Chain
}

type Round = { leftWei: Wei; expiryS: number }
type Sums = { paidWei: Wei; collectedWei: Wei }

const GAS_USED = 50_000n
const MAX_ROYALTY_BPS = 2_000
const MAX_LOCK_S = 366 * 24 * 3600

/**
 * The payment contract's rules without a chain, for tests and simulations. Every write costs 50,000 gas at 1 wei.
 *
 * @example
 * const ledger = memoryLedger({ clock })
 * ledger.fund(requestor, { glmWei: 10n, gasWei: 10n ** 18n })
 * await ledger.open(requestor).deposit(10n)
 */
export function memoryLedger({ clock }: MemoryLedgerComponents): MemoryLedger {
  const settlement: Settlement = {
    chainId: 31337,
    payments: asAddress(`0x${'50'.repeat(20)}`),
    token: asAddress(`0x${'70'.repeat(20)}`),
  }
  const domain = { chainId: settlement.chainId, verifyingContract: settlement.payments }
  const wallet = new Map<Address, Wei>()
  const gas = new Map<Address, Wei>()
  const free = new Map<Address, Wei>()
  const rounds = new Map<string, Round>()
  const channels = new Map<Bytes32, Sums>()
  let blockNumber = 0n

  const nowS = () => Math.floor(clock.now() / 1000)
  const roundId = (requestor: Address, root: Bytes32, sumWei: Wei) => `${requestor} ${root} ${sumWei}`
  const sumsOf = (id: Bytes32): Sums => channels.get(id) ?? { paidWei: 0n, collectedWei: 0n }
  const add = (to: Map<Address, Wei>, account: Address, amountWei: Wei) =>
    to.set(account, (to.get(account) ?? 0n) + amountWei)

  const take = (from: Map<Address, Wei>, account: Address, amountWei: Wei, what: string) => {
    const haveWei = from.get(account) ?? 0n
    if (haveWei < amountWei) {
      throw new GolemError({
        code: 'FUNDS_MISSING',
        message: `${what} of ${account} is ${haveWei} base units; ${amountWei} are needed.`,
        remedy: 'Deposit more, or ask for less.',
      })
    }
    from.set(account, haveWei - amountWei)
  }

  /** What one redemption pays now: null where it pays nothing. */
  const duty = ({ voucher, funding }: Redemption) => {
    const id = channelId(voucher.channel)
    const round = rounds.get(roundId(voucher.channel.requestor, funding.root, funding.sumWei))
    const sums = sumsOf(id)
    if (round === undefined || nowS() >= round.expiryS) return null
    if (funding.requestor !== voucher.channel.requestor || funding.leaf.channel !== id) return null
    if (voucher.channel.royaltyBps > MAX_ROYALTY_BPS || funding.leaf.baseWei > sums.paidWei) return null
    const limitWei = funding.leaf.baseWei + funding.leaf.capWei
    const toWei = voucher.amountWei < limitWei ? voucher.amountWei : limitWei
    if (toWei <= sums.paidWei || !verifyFunding(funding) || !isVoucherSigned(domain, voucher)) return null
    return { id, round, sums, toWei }
  }

  const open = (self: Address): Chain => {
    let stopped = false

    const write = async (act: () => void): Promise<Receipt> => {
      if (stopped) throw new GolemError({ code: 'CHAIN_UNREACHABLE', message: 'The ledger is stopped.' })
      if ((gas.get(self) ?? 0n) < GAS_USED) take(gas, self, GAS_USED, 'The gas balance')
      act()
      take(gas, self, GAS_USED, 'The gas balance')
      blockNumber += 1n
      return { hash: hashText(`block ${blockNumber}`), gasUsed: GAS_USED, feeWei: GAS_USED, blockNumber }
    }

    return {
      settlement,
      self,
      now: async () => nowS(),
      gasPriceWei: async () => 1n,
      verify: async () => undefined,
      quiet: async () => undefined,
      final: async () => undefined,
      troubles: () => [],
      balances: async (of) => ({
        walletWei: wallet.get(of) ?? 0n,
        freeWei: free.get(of) ?? 0n,
        gasWei: gas.get(of) ?? 0n,
      }),
      deposit: (amountWei) =>
        write(() => {
          take(wallet, self, amountWei, 'The wallet')
          add(free, self, amountWei)
        }),
      withdraw: (amountWei) =>
        write(() => {
          take(free, self, amountWei, 'The free balance')
          add(wallet, self, amountWei)
        }),
      post: ({ root, sumWei, expiryS }) =>
        write(() => {
          const id = roundId(self, root, sumWei)
          if (rounds.has(id)) throw reverted('RoundExists')
          if (expiryS <= nowS() || expiryS > nowS() + MAX_LOCK_S) throw reverted('ExpiryInvalid')
          const freeWei = free.get(self) ?? 0n
          const missingWei = sumWei > freeWei ? sumWei - freeWei : 0n
          take(wallet, self, missingWei, 'The wallet')
          take(free, self, sumWei - missingWei, 'The free balance')
          rounds.set(id, { leftWei: sumWei, expiryS })
        }),
      round: async ({ requestor, root, sumWei }) => {
        const found = rounds.get(roundId(requestor, root, sumWei))
        return found === undefined ? null : { ...found }
      },
      reclaim: ({ root, sumWei }) =>
        write(() => {
          const id = roundId(self, root, sumWei)
          const round = rounds.get(id)
          if (round === undefined) throw reverted('RoundUnknown')
          if (nowS() < round.expiryS) throw reverted('RoundLocked')
          rounds.delete(id)
          add(free, self, round.leftWei)
        }),
      channel: async (key) => sumsOf(channelId(key)),
      redeem: (items) =>
        write(() => {
          for (const item of items) {
            const due = duty(item)
            if (due === null) continue
            due.round.leftWei -= due.toWei - due.sums.paidWei
            channels.set(due.id, { ...due.sums, paidWei: due.toWei })
          }
        }),
      settle: (targets) =>
        write(() => {
          const raised = new Map<Bytes32, Wei>()
          let totalWei = 0n
          for (const { channel, amountWei } of targets) {
            const id = channelId(channel)
            const paidWei = raised.get(id) ?? sumsOf(id).paidWei
            if (amountWei <= paidWei) continue
            totalWei += amountWei - paidWei
            raised.set(id, amountWei)
          }
          const freeWei = free.get(self) ?? 0n
          const missingWei = totalWei > freeWei ? totalWei - freeWei : 0n
          take(wallet, self, missingWei, 'The wallet')
          take(free, self, totalWei - missingWei, 'The free balance')
          for (const [id, paidWei] of raised) channels.set(id, { ...sumsOf(id), paidWei })
        }),
      collect: (keys) =>
        write(() => {
          if (keys.some(({ royaltyBps }) => royaltyBps > MAX_ROYALTY_BPS)) throw reverted('ChannelInvalid')
          for (const key of keys) {
            const id = channelId(key)
            const { paidWei, collectedWei } = sumsOf(id)
            const shareWei = authorShare(key, paidWei) - authorShare(key, collectedWei)
            add(free, key.payee, paidWei - collectedWei - shareWei)
            add(free, key.author, shareWei)
            channels.set(id, { paidWei, collectedWei: paidWei })
          }
        }),
      stop: async () => {
        stopped = true
      },
    }
  }

  return {
    settlement,
    fund: (to, { glmWei, gasWei }) => {
      add(wallet, to, glmWei)
      add(gas, to, gasWei)
    },
    open,
  }
}

/** A function of a sum of all times, so that no order of collections changes it. */
const authorShare = ({ royaltyBps }: ChannelKey, sumWei: Wei): Wei => (sumWei * BigInt(royaltyBps)) / 10_000n

const reverted = (error: string) =>
  new GolemError({
    code: 'CHAIN_REVERTED',
    message: `The payment contract refused: ${error}.`,
    data: { error },
  })
