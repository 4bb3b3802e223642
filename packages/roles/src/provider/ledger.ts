import { type Claim, coveringFundings, provenAmount, prunedFundings } from '@golem/market'
import type { Chain, Clock, Redemption, Store, StoreChange } from '@golem/ports'
import {
  type Bytes32,
  type ChannelKey,
  channelId,
  type Funding,
  GolemError,
  type Voucher,
  verifyFunding,
  type Wei,
} from '@golem/protocol'
import { CREDIT_MARGIN_MS, LIMITS } from './limits.ts'
import { type AccountRecord, accountRecord, put, type RecordKeys } from './records.ts'

/**
 * What requestors owe, by channel: every agreement of a requestor draws on the same one. Amounts are cumulative over
 * all times. Nothing counts before it is in the store.
 */
export type Ledger = {
  /** What a voucher must say for all that was accepted; 0 in an unknown channel. */
  owedWei(channel: Bytes32): Wei
  /** The highest voucher's amount; 0 where there is none. */
  storedWei(channel: Bytes32): Wei
  /** Covered on chain, for vouchers that exist: every lock that has not expired. */
  coveredWei(channel: Bytes32): Wei
  /** Covered on chain, for new work: only locks that last long enough to be redeemed in peace. */
  provenWei(channel: Bytes32): Wei
  /**
   * Checks a funding against the chain and remembers it. `isQuiet` tells, after the chain has answered, whether nothing
   * of the channel is outstanding.
   *
   * @throws {GolemError} `FUNDING_INVALID`, `FUNDING_UNPOSTED`, `FUNDING_SHORT_LIVED`, `FUNDINGS_TOO_MANY`, chain errors,
   * `CHAIN_MISMATCH` among them: other code, another token or another chain is not worked for
   */
  prove(key: ChannelKey, funding: Funding, isQuiet: () => boolean): Promise<void>
  /** What an acceptance changes; to be committed with the agreement's own change, then `apply` is called. */
  accept(voucher: Voucher, acceptedWei: Wei): { change: StoreChange; apply: () => void }
  /** Notes what the chain says of a channel. */
  note(channel: Bytes32, state: { paidWei: Wei; collectedWei: Wei }): void
  /** Notes that a redemption of the held voucher was carried out and fell short, so that it is not repeated for ever. */
  noteTried(channel: Bytes32): void
  /** The requestor says that it settles by then what the channel's voucher is now; of later ones it has said nothing. */
  noteSettling(channel: Bytes32, byS: number): void
  /** Notes what no reorganisation is expected to undo of it. In memory: after a restart it is asked for again. */
  noteFinal(channel: Bytes32, state: { paidWei: Wei; collectedWei: Wei }): void
  claims(isFinished: (channel: Bytes32) => boolean): (Claim<Bytes32> & { key: ChannelKey; isFinal: boolean })[]
  /** What redeems the held voucher. */
  redemptions(channel: Bytes32): Redemption[]
  /** Forgets a channel in which everything was paid and collected, for good, and no lock is left. */
  forgetSettled(channel: Bytes32): void
  /** Held and not redeemed, over all channels. */
  unredeemedWei(): Wei
  /** Held and not yet in the payee's free balance. */
  uncollectedWei(): Wei
}

type Components = { store: Store; chain: Chain; clock: Clock; keys: RecordKeys }

export function createLedger({ store, chain, clock, keys }: Components): Ledger {
  const accounts = new Map<Bytes32, AccountRecord>()
  const tried = new Map<Bytes32, Wei>()
  const settling = new Map<Bytes32, Settling>()
  const finals = new Map<Bytes32, { paidWei: Wei; collectedWei: Wei }>()
  for (const { value } of store.list(keys.accounts)) {
    const account = accountRecord.parse(JSON.parse(value))
    accounts.set(channelId(account.key), account)
  }

  const nowS = (): number => clock.now() / 1_000
  const proven = (channel: Bytes32, marginMs: number): Wei => {
    const account = accounts.get(channel)
    return account === undefined ? 0n : provenAmount({ ...account, nowS: nowS() + marginMs / 1_000 })
  }
  const save = (channel: Bytes32, account: AccountRecord): void => {
    store.commit([put(keys.account(channel), account)])
    accounts.set(channel, account)
  }
  const heldWei = (account: AccountRecord): Wei => account.voucher?.amountWei ?? 0n
  const isSettled = (account: AccountRecord): boolean => {
    const { paidWei, collectedWei, owedWei, fundings } = account
    if (paidWei < heldWei(account) || paidWei < owedWei || collectedWei < paidWei) return false
    return prunedFundings({ paidWei, fundings, nowS: nowS() }).length === 0
  }
  const isFinal = (channel: Bytes32, { paidWei, collectedWei }: AccountRecord): boolean => {
    const final = finals.get(channel) ?? { paidWei: 0n, collectedWei: 0n }
    return final.paidWei >= paidWei && final.collectedWei >= collectedWei
  }
  const sumOver = (leftOf: (account: AccountRecord) => Wei): Wei =>
    [...accounts.values()].reduce((sum, account) => sum + most(leftOf(account), 0n), 0n)

  return {
    owedWei: (channel) => accounts.get(channel)?.owedWei ?? 0n,
    storedWei: (channel) => accounts.get(channel)?.voucher?.amountWei ?? 0n,
    coveredWei: (channel) => proven(channel, 0),
    provenWei: (channel) => proven(channel, CREDIT_MARGIN_MS),

    prove: async (key, funding, isQuiet) => {
      const channel = channelId(key)
      if (isKnown(accounts.get(channel), funding)) return
      checkProof(key, funding)
      await chain.verify()
      // What may still be reorganised away is not worked for.
      const [round, paid] = await Promise.all([
        chain.round(funding, { at: 'final' }),
        chain.channel(key, { at: 'final' }),
      ])
      if (round === null) throw unposted(funding)
      if (round.expiryS - nowS() <= CREDIT_MARGIN_MS / 1_000) throw shortLived(round.expiryS)
      const before = accounts.get(channel) ?? { key, owedWei: 0n, voucher: null, fundings: [] }
      const fundings = prunedFundings({
        paidWei: paid.paidWei,
        fundings: [...before.fundings, { ...funding, expiryS: round.expiryS, seenS: nowS() }],
        nowS: nowS(),
      })
      if (fundings.length > LIMITS.fundings) throw tooMany(fundings.length)
      // What the chain paid beyond what we know of is no credit for new work: it was earned, and forgotten here.
      const knownWei = most(before.owedWei, before.voucher?.amountWei ?? 0n)
      const owedWei = isQuiet() && paid.paidWei > knownWei ? paid.paidWei : before.owedWei
      save(channel, { ...before, ...paid, owedWei, fundings })
      tried.delete(channel)
    },

    accept: (voucher, acceptedWei) => {
      const channel = channelId(voucher.channel)
      const before = accounts.get(channel)
      if (before === undefined) throw new RangeError(`channel ${channel} was never funded`)
      const after: AccountRecord = {
        ...before,
        owedWei: before.owedWei + acceptedWei,
        voucher: voucher.amountWei > heldWei(before) ? voucher : before.voucher,
      }
      return { change: put(keys.account(channel), after), apply: () => accounts.set(channel, after) }
    },

    note: (channel, state) => {
      const account = accounts.get(channel)
      if (account === undefined) return
      if (account.paidWei === state.paidWei && account.collectedWei === state.collectedWei) return
      save(channel, { ...account, ...state })
    },
    noteTried: (channel) => {
      tried.set(channel, accounts.get(channel)?.voucher?.amountWei ?? 0n)
    },

    noteSettling: (channel, byS) => {
      const account = accounts.get(channel)
      if (account !== undefined) settling.set(channel, { byS, voucherWei: heldWei(account) })
    },
    noteFinal: (channel, { paidWei, collectedWei }) => {
      if (accounts.has(channel)) finals.set(channel, { paidWei, collectedWei })
    },
    claims: (isFinished) =>
      [...accounts].map(([id, account]) => ({
        id,
        key: account.key,
        voucherWei: heldWei(account),
        paidWei: account.paidWei,
        collectedWei: account.collectedWei,
        triedWei: tried.get(id) ?? 0n,
        isFinished: isFinished(id),
        isFinal: isFinal(id, account),
        settledByS: settledByS(settling.get(id), heldWei(account)),
        fundings: account.fundings,
      })),

    redemptions: (channel) => {
      const account = accounts.get(channel)
      if (!account?.voucher) return []
      const { voucher, paidWei, fundings } = account
      return coveringFundings({ paidWei, fundings, nowS: nowS(), untilWei: voucher.amountWei }).map(
        ({ seenS: _, ...funding }) => ({ voucher, funding }),
      )
    },

    forgetSettled: (channel) => {
      const account = accounts.get(channel)
      if (account === undefined || !isSettled(account) || !isFinal(channel, account)) return
      store.commit([{ remove: keys.account(channel) }])
      for (const map of [accounts, tried, settling, finals]) map.delete(channel)
    },

    unredeemedWei: () => sumOver((account) => heldWei(account) - account.paidWei),
    uncollectedWei: () => sumOver((account) => most(heldWei(account), account.paidWei) - account.collectedWei),
  }
}

type Settling = { byS: number; voucherWei: Wei }
const settledByS = (said: Settling | undefined, voucherWei: Wei): number =>
  said === undefined || voucherWei > said.voucherWei ? 0 : said.byS

const most = (one: Wei, other: Wei): Wei => (one > other ? one : other)

const isKnown = (account: AccountRecord | undefined, { root, sumWei, leaf }: Funding): boolean =>
  account?.fundings.some(
    (each) =>
      each.root === root &&
      each.sumWei === sumWei &&
      each.leaf.baseWei === leaf.baseWei &&
      each.leaf.capWei === leaf.capWei,
  ) ?? false

function checkProof(key: ChannelKey, funding: Funding): void {
  if (funding.requestor === key.requestor && funding.leaf.channel === channelId(key) && verifyFunding(funding)) return
  throw new GolemError({
    code: 'FUNDING_INVALID',
    message: `The funding ${funding.root} does not prove what it says for this channel.`,
    peerPolicy: 'penalise',
  })
}

const unposted = ({ root }: Funding): GolemError =>
  new GolemError({
    code: 'FUNDING_UNPOSTED',
    message: `There is no round ${root} on chain that is final.`,
    remedy: 'Wait until it is posted, then send the funding again.',
  })

const shortLived = (expiryS: number): GolemError =>
  new GolemError({
    code: 'FUNDING_SHORT_LIVED',
    message: `The round expires at ${new Date(expiryS * 1_000).toISOString()}, less than a day from now.`,
    remedy: 'Lock for longer.',
  })

const tooMany = (count: number): GolemError =>
  new GolemError({
    code: 'FUNDINGS_TOO_MANY',
    message: `The channel has ${count} fundings; ${LIMITS.fundings} are remembered.`,
    remedy: 'Lock more at once.',
  })
