import { refuseVoucher } from '../provider/refuse-voucher.ts'
import { lossBeyondLuck, NOTHING_LOST } from '../trust/loss-beyond-luck.ts'
import { isDrawnAfter } from './grind-draws.ts'
import { judgeWitnesses } from './judge-witnesses.ts'
import type { Market, Provider, Requestor } from './open-market.ts'
import { note, WITNESSES } from './parties.ts'
import type { Act, Sight } from './plans.ts'
import { rateFor, TOLERANT_FLOOR, type View } from './view-provider.ts'
import { PAY_WEI } from './world.ts'

type Delivery = { payWei: number; act: Act; rate: number; isWrong: boolean; isEstablished: boolean }
/** Who deals with whom, and when. */
type Deal = { requestor: Requestor; view: View; round: number; nowMs: number }

/** What a check shows: an exact one everything. */
const seenBy = (act: Act, detection: number): number => (detection < 1 && act.does === 'cheat' ? act.seen : 1)
const LISTED_S = 90 * 86_400
/** Of the cost of a subtask, what it takes until the sandbox stops a harmful one. */
const STOPPED_AFTER = 0.1

/** One batch of one pair: computed, drawn, checked, and paid. */
export function settleBatch(market: Market, deal: Deal, pays: readonly number[]): void {
  const { world, random, outcome } = market
  const { requestor, round } = deal
  const { provider } = deal.view
  if (requestor.plan.isUnfunded) return
  const right: Delivery[] = []
  const grinds = provider.plan.grinds ?? requestor.plan.grinds ?? 0
  for (const delivery of perform(market, deal, pays)) {
    const by = provider.plan.grinds === undefined ? 'requestor' : 'provider'
    const isDrawn = grinds === 0 ? random() < delivery.rate : isDrawnAfter(random, { grinds, by, share: delivery.rate })
    const isChecked = isDrawn && !requestor.plan.hidesSeeds
    if (isChecked) charge(market, delivery.payWei, delivery.isEstablished)
    const detection = provider.plan.reproducible === undefined ? 1 : TOLERANT_FLOOR
    // Silence after the reveal helps nobody: the commitment alone is compared with what others compute.
    const isSilent = provider.plan.whenDrawn === 'vanishes'
    if (isChecked && delivery.isWrong && (isSilent || random() < seenBy(delivery.act, detection))) {
      provider.valid = 0
      if (provider.wrongSince !== null && !provider.isSeen) outcome.delays.push(round - provider.wrongSince)
      provider.isSeen = true
      if (world.verification !== 'golem') continue
      noteAbout(market, deal, 'rejected', delivery.payWei, false)
      // What is not accepted yet is forfeited with it.
      if (convicts(market, deal, delivery.payWei)) return
      continue
    }
    if (isChecked) provider.valid += 1
    right.push(delivery)
    noteAbout(market, deal, 'accepted', delivery.payWei, isChecked)
  }
  if (right.length > 0) pay(market, deal, right)
}

function charge({ outcome }: Market, computedWei: number, isEstablished: boolean): void {
  outcome.extra += computedWei / PAY_WEI
  outcome[isEstablished ? 'established' : 'newcomers'].extra += computedWei / PAY_WEI
}

function perform(market: Market, deal: Deal, pays: readonly number[]): Delivery[] {
  const { world, random, outcome } = market
  const { requestor, view, round, nowMs } = deal
  const { provider } = view
  const sumWei = pays.reduce((sum, payWei) => sum + payWei, 0)
  const deliveries: Delivery[] = []
  for (const payWei of pays) {
    if (requestor.plan.isMalicious) {
      // It is stopped by the sandbox, and what it took is lost; the job is to blame.
      provider.profitWei -= payWei * world.costShare * STOPPED_AFTER
      note(requestor.key, provider.n, { kind: 'unpaid', valueWei: BigInt(payWei), atMs: nowMs, isProven: true })
      market.doubted.add(provider.n)
      continue
    }
    const { rate, isEstablished } = rateFor(world, random, view, { payWei, unpaidWei: sumWei - payWei })
    const sight: Sight = {
      round,
      requestor: requestor.n,
      payWei,
      rate,
      paid: provider.paid,
      paidHere: provider.paidBy[requestor.n] ?? 0,
      cheatedHere: provider.cheatedBy[requestor.n] ?? 0,
      random,
    }
    const act = provider.plan.act(sight)
    if (act.does === 'vanish') {
      noteAbout(market, deal, 'vanished', payWei, true)
      continue
    }
    provider.profitWei -= payWei * world.costShare * (act.does === 'cheat' ? act.spends : 1)
    if (act.does === 'late') noteAbout(market, deal, 'late', payWei, true)
    const isWrong = act.does === 'cheat'
    if (isWrong) {
      outcome.wrong += 1
      provider.wrongSince ??= round
      provider.cheatedBy[requestor.n] = (provider.cheatedBy[requestor.n] ?? 0) + 1
    }
    outcome.work += payWei / PAY_WEI
    outcome[isEstablished ? 'established' : 'newcomers'].work += payWei / PAY_WEI
    deliveries.push({ payWei, act, rate, isWrong, isEstablished })
  }
  return deliveries
}

function noteAbout(
  market: Market,
  { requestor, view: { provider }, nowMs }: Deal,
  kind: 'accepted' | 'rejected' | 'late' | 'vanished',
  payWei: number,
  isProven: boolean,
): void {
  if (kind !== 'accepted') market.doubted.add(provider.n)
  note(provider.key, requestor.n, { kind, valueWei: BigInt(payWei), atMs: nowMs, isProven })
}

/** Two drawn witnesses compute it again, and a panel where they do not agree or it is disputed. */
function convicts(market: Market, deal: Deal, payWei: number): boolean {
  const { world, random, outcome } = market
  const { provider } = deal.view
  outcome.disputes += 1
  const { isConvicted, computed } = judgeWitnesses({
    random,
    witnesses: world.witnesses,
    hostile: world.hostile.witnesses,
    provider: provider.key.id,
    requestor: deal.requestor.key.id,
    isWrong: true,
    isShielded: provider.isHostile && provider.plan.hasWitnesses === true,
    isFramed: false,
    isUncertified: false,
  })
  charge(market, computed * payWei, false)
  if (isConvicted) convict(market, deal.requestor, provider, payWei, deal.nowMs)
  return isConvicted
}

function convict(market: Market, by: Requestor, provider: Provider, payWei: number, nowMs: number): void {
  if (!provider.isHostile) market.outcome.falsePenalties += 1
  const fact = { kind: 'rejected', valueWei: BigInt(payWei), atMs: nowMs, isProven: true } as const
  note(provider.key, by.n, fact)
  note(provider.key, WITNESSES, fact)
  provider.isCaught = true
  const burnedWei = provider.stakeWei * 0.25
  provider.stakeWei -= burnedWei
  provider.profitWei -= burnedWei
  const listedAtS = nowMs / 1_000
  provider.key.listings.push({
    owner: by.key.id,
    entry: {
      kind: 'provider',
      id: provider.key.id,
      listedAtS,
      expiresAtS: listedAtS + LISTED_S,
      evidence: 'bafyevidence',
      appeal: null,
    },
  })
}

function pay(market: Market, deal: Deal, right: readonly Delivery[]): void {
  const { world, random } = market
  const { requestor, round, nowMs } = deal
  const { provider, terms } = deal.view
  const owedWei = right.reduce((sum, { payWei }) => sum + payWei, 0)
  for (const { payWei, isWrong } of right) if (!isWrong) requestor.profitWei += payWei * world.worth
  const paidHere = requestor.paidTo[provider.n] ?? 0
  const sight = { round, provider: provider.n, owedWei, paidHere, random }
  const settling = terms.first === 'requestor' ? 'pays' : requestor.plan.settles(sight)
  if (settling === 'pays') {
    requestor.profitWei -= owedWei
    provider.profitWei += owedWei
    provider.paid += right.length
    provider.paidBy[requestor.n] = (provider.paidBy[requestor.n] ?? 0) + right.length
    requestor.paidTo[provider.n] = paidHere + right.length
    note(requestor.key, provider.n, { kind: 'accepted', valueWei: BigInt(owedWei), atMs: nowMs, isProven: true })
    audit(market, deal, right)
    return
  }
  if (settling === 'replays' || settling === 'withdraws') {
    const owed = BigInt(owedWei)
    const locked =
      settling === 'replays' ? { amountWei: owed, provenWei: owed * 4n } : { amountWei: owed * 2n, provenWei: owed }
    const refusal = refuseVoucher({ storedWei: owed, owedWei: owed, acceptedWei: owed, ...locked })
    if (refusal === null) provider.profitWei += owedWei
  }
  if (settling === 'rejects') frame(market, deal, owedWei)
  requestor.unpaid += right.length
  market.doubted.add(provider.n)
  leave(market, deal, right)
}

/**
 * Whom it left unpaid does not work for it any more before it is paid. Where nobody tells, nothing is proven, and what may be
 * bad luck is forgiven, as on nodes.
 */
function leave({ world, outcome }: Market, { requestor, view: { provider }, nowMs }: Deal, left: readonly Delivery[]) {
  const before = requestor.lostTo[provider.n] ?? NOTHING_LOST
  const prices = left.map(({ payWei }) => BigInt(payWei))
  const { lost, countedWei } = lossBeyondLuck(before, prices, BigInt(PAY_WEI))
  requestor.lostTo[provider.n] = lost
  outcome.worstUnpaid = Math.max(outcome.worstUnpaid, Number(lost.lostWei) / PAY_WEI)
  const unpaid = { kind: 'unpaid', atMs: nowMs } as const
  if (world.isTold)
    for (const by of [provider.n, WITNESSES])
      note(requestor.key, by, { ...unpaid, valueWei: lost.lostWei - before.lostWei, isProven: true })
  else if (countedWei > 0n) note(requestor.key, provider.n, { ...unpaid, valueWei: countedWei, isProven: false })
}

/** Auditors draw from what was accepted. */
function audit(market: Market, deal: Deal, right: readonly Delivery[]): void {
  const { world, random, outcome } = market
  if (world.verification !== 'golem') return
  for (const { payWei, isWrong, isEstablished } of right) {
    const isDrawn = random() < world.auditRate
    if (isWrong) outcome.wrongAccepted += 1
    if (!isDrawn) continue
    charge(market, payWei, isEstablished)
    if (isWrong) convicts(market, deal, payWei)
  }
}

/** A requestor that says of right results that they are wrong: what it gains by it is a conviction at best. */
function frame(market: Market, { requestor, view: { provider }, nowMs }: Deal, owedWei: number): void {
  const { world, random, outcome } = market
  outcome.disputes += 1
  const { isConvicted } = judgeWitnesses({
    random,
    witnesses: world.witnesses,
    hostile: world.hostile.witnesses,
    provider: provider.key.id,
    requestor: requestor.key.id,
    isWrong: false,
    isShielded: false,
    isFramed: true,
    isUncertified: requestor.plan.frames === true,
  })
  if (isConvicted) convict(market, requestor, provider, owedWei, nowMs)
}
