import type { Chain, Receipt, Store, StoreChange } from '@golem/ports'
import {
  type Bytes32,
  buildFundingTree,
  bytes32,
  type ChannelKey,
  channelId,
  channelKey,
  type Domain,
  encodeJson,
  type Funding,
  formatGlm,
  funding as fundingSchema,
  GolemError,
  type Signer,
  signVoucher,
  type Voucher,
  voucher as voucherSchema,
  type Wei,
  wei,
} from '@golem/protocol'

/** A provider stops extending credit so long before a round expires, and redeems by then. */
export const CREDIT_MARGIN_MS = 24 * 3_600_000
/** Rounds outlive their job's deadline by the margin and this slack. */
const EXPIRY_SLACK_MS = 3_600_000

export type LockRequest = { channel: ChannelKey; addWei: Wei }
export type LockResult = { fundings: Map<Bytes32, Funding>; receipts: { what: string; receipt: Receipt }[] }

/**
 * The requestor's money: what is locked for whom, and what was promised. Amounts of a channel are cumulative over all
 * jobs, so every job of a node draws on one treasury.
 */
export type Treasury = {
  /** Locked for a channel, and neither promised nor reserved. */
  freeCredit(channel: ChannelKey): Wei
  /** Counts a subtask's price against the channel's credit until it is released. */
  reserve(channel: ChannelKey, amountWei: Wei): void
  release(channel: ChannelKey, amountWei: Wei): void
  /**
   * Locks more for some channels in one transaction; resolves when that is final, since nobody believes it before. A
   * lock that an earlier call left in doubt, and that is found now, is returned instead.
   *
   * @throws {GolemError} `FUNDS_MISSING`, chain errors
   */
  lock(requests: readonly LockRequest[], deadlineAtMs: number, why?: string): Promise<LockResult>
  /** Returns what expired rounds still hold to the free balance; what this node locked before a crash included. */
  reclaim(): Promise<Receipt[]>
  /**
   * The next voucher, for so much more that was earned, as the change that makes it count: commit it, then call `made`, and
   * only then let it leave. What was paid before is used up first.
   */
  promise(channel: ChannelKey, earnedWei: Wei): Promised
  /** The same for so much that is not earned yet. */
  prepay(channel: ChannelKey, addWei: Wei): Promised
  /** Promised, and not earned yet. */
  prepaidWei(channel: ChannelKey): Wei
  /** The proof that covers most of a channel. */
  newestFunding(channel: ChannelKey): Funding | null
  /** The newest voucher of a channel. */
  latest(channel: ChannelKey): Voucher | null
  /** All channels in which anything was ever promised. */
  channels(): ChannelKey[]
  /** Wallet and deposit together, what is locked aside. */
  available(): Promise<Wei>
  /** Throws unless that much is available. */
  checkFunds(amountWei: Wei): Promise<void>
  /** What was ever promised, and what the rounds still hold, those that have expired included. @throws chain errors */
  totals(): Promise<{ spentWei: Wei; lockedWei: Wei }>
}

export type Promised = { voucher: Voucher; changes: StoreChange[]; made: () => void }
type Account = { voucher: Voucher | null; prepaidWei: Wei; fundings: Funding[]; reservedWei: Wei }

const VOUCHERS = 'requestor/voucher/'
/** Of a voucher's amount, what is not earned yet. */
const PREPAID = 'requestor/prepaid/'
const FUNDINGS = 'requestor/funding/'
/** Proofs of a round that may or may not be on chain: written before it is posted, so that no lock is ever forgotten. */
const INTENTS = 'requestor/intent/'

type Components = {
  signer: Signer
  chain: Chain
  store: Store
  nowMs: () => number
  randomBytes: (length: number) => Uint8Array
}

export function createTreasury({ signer, chain, store, nowMs, randomBytes }: Components): Treasury {
  const domain: Domain = { chainId: chain.settlement.chainId, verifyingContract: chain.settlement.payments }
  // Promises belong to one payment contract: a development chain made anew begins with none.
  const scope = `${domain.chainId}/${domain.verifyingContract}/`
  const accounts = new Map<Bytes32, Account>()
  for (const { value } of store.list(VOUCHERS + scope)) {
    const voucher = voucherSchema.parse(JSON.parse(value))
    accountOf(channelId(voucher.channel)).voucher = voucher
  }
  for (const { key, value } of store.list(PREPAID + scope))
    accountOf(bytes32.parse(key.slice(key.lastIndexOf('/') + 1))).prepaidWei = wei.parse(JSON.parse(value))
  for (const { value } of store.list(FUNDINGS + scope)) {
    const funding = fundingSchema.parse(JSON.parse(value))
    accountOf(funding.leaf.channel).fundings.push(funding)
  }

  function accountOf(id: Bytes32): Account {
    const known = accounts.get(id)
    if (known) return known
    const fresh: Account = { voucher: null, prepaidWei: 0n, fundings: [], reservedWei: 0n }
    accounts.set(id, fresh)
    return fresh
  }

  const promisedWei = (account: Account) => account.voucher?.amountWei ?? 0n
  const valid = (account: Account) =>
    account.fundings.filter((funding) => funding.expiryS * 1_000 - CREDIT_MARGIN_MS > nowMs())
  const topOf = ({ leaf }: Funding) => leaf.baseWei + leaf.capWei
  const provenWei = (account: Account) =>
    valid(account)
      .map(topOf)
      .reduce((most, top) => (top > most ? top : most), 0n)

  let lastLock: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const next = lastLock.then(act)
    lastLock = next.catch(() => undefined)
    return next
  }

  const fundingKey = ({ leaf, root }: Funding) => `${FUNDINGS}${scope}${leaf.channel}/${root}`
  const keep = (intent: string, fundings: readonly Funding[]) => {
    store.commit([
      { remove: intent },
      ...fundings.map((funding) => ({ put: fundingKey(funding), value: encodeJson(funding) })),
    ])
    for (const funding of fundings) accountOf(funding.leaf.channel).fundings.push(funding)
  }

  /** What was being posted when this node ended, or the chain did not answer. */
  const settleIntents = async (): Promise<Funding[]> => {
    const found: Funding[] = []
    const intents = store.list(INTENTS + scope)
    // Nothing of it can still come to be: else it might be forgotten too soon, or made twice.
    if (intents.length > 0) await chain.quiet()
    for (const { key, value } of intents) {
      const fundings = fundingSchema.array().parse(JSON.parse(value))
      const [first] = fundings
      const posted = first && (await chain.round({ requestor: signer.address, root: first.root, sumWei: first.sumWei }))
      keep(key, posted ? fundings : [])
      if (posted) found.push(...fundings)
    }
    return found
  }

  const byChannel = (fundings: readonly Funding[]) =>
    new Map(fundings.map((funding) => [funding.leaf.channel, funding]))

  const lock = async (requests: readonly LockRequest[], deadlineAtMs: number, why: string): Promise<LockResult> => {
    const found = await settleIntents()
    if (found.length > 0) return { fundings: byChannel(found), receipts: [] }
    const leaves = await Promise.all(
      oneAChannel(requests).map(async ({ channel, addWei }, position) => {
        const id = channelId(channel)
        const account = accountOf(id)
        // A round stands alone: it begins at what is paid on chain, and so covers again what is promised since.
        const { paidWei: baseWei } = await chain.channel(channel)
        const owed = promisedWei(account) > baseWei ? promisedWei(account) - baseWei : 0n
        // A few base units more make every round another one: the contract takes none twice.
        const salt = position === 0 ? BigInt(new DataView(randomBytes(4).buffer).getUint32(0)) : 0n
        const capWei = owed + unpaidWei(account) + positive(freeCreditOf(account)) + addWei + salt
        return { channel: id, baseWei, capWei }
      }),
    )
    const tree = buildFundingTree(leaves)
    const { root, sumWei } = tree
    const expiryS = Math.ceil((deadlineAtMs + CREDIT_MARGIN_MS + EXPIRY_SLACK_MS) / 1_000)
    const fundings = leaves.map(
      ({ channel }): Funding => ({ requestor: signer.address, root, sumWei, expiryS, ...tree.proofOf(channel) }),
    )
    await checkFunds(sumWei)
    const intent = `${INTENTS}${scope}${root}`
    store.commit([{ put: intent, value: encodeJson(fundings) }])
    const receipts = [{ what: 'lock', receipt: await chain.post({ root, sumWei, expiryS }, why) }]
    keep(intent, fundings)
    return { fundings: byChannel(fundings), receipts }
  }

  const reclaim = async (): Promise<Receipt[]> => {
    await settleIntents()
    const nowS = await chain.now()
    const expired = [...accounts.values()].flatMap(({ fundings }) => fundings).filter(({ expiryS }) => expiryS <= nowS)
    const receipts: Receipt[] = []
    for (const [root, sumWei] of new Map(expired.map((funding) => [funding.root, funding.sumWei]))) {
      const held = await chain.round({ requestor: signer.address, root, sumWei })
      // Its expiry may have been raised since.
      if (held !== null && held.expiryS > nowS) continue
      if (held !== null && held.leftWei > 0n) receipts.push(await chain.reclaim({ root, sumWei }))
      store.commit(expired.filter((each) => each.root === root).map((each) => ({ remove: fundingKey(each) })))
      for (const account of accounts.values()) account.fundings = account.fundings.filter((each) => each.root !== root)
    }
    return receipts
  }

  const available = async (): Promise<Wei> => {
    const { freeWei, walletWei } = await chain.balances(signer.address)
    return freeWei + walletWei
  }

  const checkFunds = async (amountWei: Wei): Promise<void> => {
    const heldWei = await available()
    if (heldWei < amountWei) throw fundsMissing(amountWei, heldWei, signer.address)
  }

  /** Reserved for work that was not paid for before. */
  const unpaidWei = ({ reservedWei, prepaidWei }: Account) => positive(reservedWei - prepaidWei)
  const freeCreditOf = (account: Account) => provenWei(account) - promisedWei(account) - unpaidWei(account)
  const promise = (channel: ChannelKey, prepaidOf: (account: Account) => Wei, addOf: (account: Account) => Wei) => {
    const key = channelKey.parse(channel)
    const id = channelId(key)
    const account = accountOf(id)
    const prepaidWei = prepaidOf(account)
    const voucher = signVoucher(signer, domain, key, promisedWei(account) + addOf(account))
    const changes: StoreChange[] = [{ put: VOUCHERS + scope + id, value: encodeJson(voucher) }]
    if (prepaidWei !== account.prepaidWei) {
      const record = PREPAID + scope + id
      changes.push(prepaidWei === 0n ? { remove: record } : { put: record, value: encodeJson(prepaidWei) })
    }
    const made = () => {
      account.voucher = voucher
      account.prepaidWei = prepaidWei
    }
    return { voucher, changes, made }
  }

  return {
    freeCredit: (channel) => positive(freeCreditOf(accountOf(channelId(channel)))),
    reserve: (channel, amountWei) => {
      accountOf(channelId(channel)).reservedWei += amountWei
    },
    release: (channel, amountWei) => {
      accountOf(channelId(channel)).reservedWei -= amountWei
    },
    lock: async (requests, deadlineAtMs, why = '') => {
      const locked = await inTurn(() => lock(requests, deadlineAtMs, why))
      for (const { receipt } of locked.receipts) await chain.final(receipt)
      return locked
    },
    reclaim: () => inTurn(reclaim),
    promise: (channel, earnedWei) =>
      promise(
        channel,
        (account) => positive(account.prepaidWei - earnedWei),
        (account) => positive(earnedWei - account.prepaidWei),
      ),
    prepay: (channel, addWei) =>
      promise(
        channel,
        (account) => account.prepaidWei + addWei,
        () => addWei,
      ),
    prepaidWei: (channel) => accountOf(channelId(channel)).prepaidWei,
    newestFunding: (channel) =>
      valid(accountOf(channelId(channel))).reduce<Funding | null>(
        (best, funding) => (best === null || topOf(funding) >= topOf(best) ? funding : best),
        null,
      ),
    latest: (channel) => accountOf(channelId(channel)).voucher,
    channels: () => [...accounts.values()].flatMap(({ voucher }) => (voucher === null ? [] : [voucher.channel])),
    available,
    checkFunds,
    totals: async () => {
      let spentWei = 0n
      const rounds = new Map<Bytes32, Wei>()
      for (const account of accounts.values()) {
        spentWei += promisedWei(account)
        for (const { root, sumWei } of account.fundings) rounds.set(root, sumWei)
      }
      // Only the chain knows what providers have redeemed.
      const left = await Promise.all(
        [...rounds].map(([root, sumWei]) => chain.round({ requestor: signer.address, root, sumWei })),
      )
      return { spentWei, lockedWei: left.reduce((sum, round) => sum + (round?.leftWei ?? 0n), 0n) }
    },
  }
}

/** Providers that share a payee share a channel, and one leaf. */
function oneAChannel(requests: readonly LockRequest[]): LockRequest[] {
  const sums = new Map<Bytes32, LockRequest>()
  for (const { channel, addWei } of requests) {
    const id = channelId(channel)
    sums.set(id, { channel, addWei: addWei + (sums.get(id)?.addWei ?? 0n) })
  }
  return [...sums.values()]
}

const positive = (amount: Wei): Wei => (amount > 0n ? amount : 0n)

const fundsMissing = (needed: Wei, held: Wei, address: string) =>
  new GolemError({
    code: 'FUNDS_MISSING',
    message: `The job needs ${formatGlm(needed)} GLM, and ${address} holds ${formatGlm(held)}.`,
    remedy: 'Send GLM to that address, or render fewer frames or samples.',
    data: { needed: needed.toString(), held: held.toString() },
  })
