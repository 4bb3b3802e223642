import { type Address, asAddress, type Bytes32, GolemError, hashText, juryCommitment, type Wei } from '@golem/protocol'
import type { Dispute, Disputes, DisputeTerms, Seat, Vote } from '../disputes.ts'
import type { MemoryStakes } from './stakes.ts'

const MAX_ROUNDS = 3
/** Blocks between the beginning of a round and the one that draws its panel. */
const DRAW_DELAY = 2
/** A seat stays empty after so many draws of somebody who may not sit there. */
const DRAWS_PER_SEAT = 4

export type Accusing = { accused: Address; amountWei: Wei; evidence: string }

/** The panels of one process. */
export type MemoryCourt = {
  /** Who stakes under it can be accused before it. */
  readonly address: Address
  /** As one account has it. */
  as(self: Address): Disputes
  /** @throws {GolemError} `CHAIN_REVERTED`, here and below */
  enlist(juror: Address): Promise<void>
  open(accuser: Address, accusing: Accusing): Promise<void>
  appeal(party: Address, id: number): Promise<void>
  /** What an account was paid by it, less what it put up. */
  gainedWei(account: Address): Wei
}

type Held = Dispute & { seats: Map<Address, Seat>[]; votes: { acquit: number; convict: number }[] }

/** Panels over memory: no money moves, but is counted. Every write is a block; time is the caller's. */
export function memoryCourt(
  { stakes, nowS }: { stakes: MemoryStakes; nowS: () => number },
  terms: DisputeTerms,
): MemoryCourt {
  const address = asAddress(`0x${'c0'.repeat(20)}`)
  const disputes: Held[] = []
  const weights = new Map<Address, Wei>()
  const owed = new Map<Address, Wei>()
  const gained = new Map<Address, Wei>()
  let block = 1

  const add = (to: Map<Address, Wei>, account: Address, wei: Wei): void => {
    to.set(account, (to.get(account) ?? 0n) + wei)
  }
  const get = (id: number): Held => {
    const found = disputes[id - 1]
    if (found === undefined) throw reverted(`WrongPhase: there is no dispute ${id}`)
    return found
  }
  const phaseOf = ({ verdict, drawnAtS, startedAtS, round }: Held): string => {
    if (verdict !== null) return 'finished'
    if (drawnAtS === null) return nowS() < startedAtS + terms.drawS ? 'drawing' : 'due'
    const passedS = nowS() - drawnAtS
    if (passedS < terms.commitS) return 'committing'
    if (passedS < terms.commitS + terms.revealS) return 'revealing'
    const canAppeal = round + 1 < MAX_ROUNDS
    return canAppeal && passedS < terms.commitS + terms.revealS + terms.appealS ? 'appealing' : 'due'
  }
  const inPhase = (id: number, wanted: string): Held => {
    const found = get(id)
    const phase = phaseOf(found)
    if (phase !== wanted) throw reverted(`WrongPhase: ${phase}`)
    return found
  }
  const begin = (dispute: Held): void => {
    Object.assign(dispute, { startedAtS: nowS(), drawnAtS: null, drawBlock: block + DRAW_DELAY })
    dispute.seats.push(new Map())
    dispute.votes.push({ acquit: 0, convict: 0 })
  }
  const last = <T>(list: readonly T[]): T => list[list.length - 1] as T
  const seatCount = ({ round }: Held): number => terms.firstSeats << round
  const convicts = (dispute: Held): boolean => 2 * last(dispute.votes).convict > seatCount(dispute)
  const weightOf = async (juror: Address): Promise<Wei> => {
    const { arbiter, agedWei } = await stakes.of(juror)
    return arbiter === address ? agedWei : 0n
  }

  /** By weight; whoever weighs less than when it enlisted is weighed anew and drawn past, and so are the parties. */
  const drawOne = async (dispute: Held, dice: string): Promise<Address | null> => {
    for (let tries = 0; tries < DRAWS_PER_SEAT; tries += 1) {
      const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0n)
      if (total === 0n) return null
      let at = BigInt(hashText(`${dice}/${tries}`)) % total
      for (const [juror, weight] of weights) {
        at -= weight
        if (at >= 0n) continue
        const now = await weightOf(juror)
        if (now < weight) weights.set(juror, now)
        else if (juror !== dispute.accuser && juror !== dispute.accused) return juror
        break
      }
    }
    return null
  }
  const share = (dispute: Held): void => {
    let { accuserBondsWei: toAccuser, accusedBondsWei: toAccused } = dispute
    if (dispute.verdict !== 'silent') {
      const isConvicted = dispute.verdict === 'convicted'
      const lost = isConvicted ? toAccused : toAccuser
      if (isConvicted) toAccused = 0n
      else toAccuser = 0n
      const seats = dispute.votes.reduce((sum, votes) => sum + votes[isConvicted ? 'convict' : 'acquit'], 0)
      dispute.feePerSeatWei = seats === 0 ? 0n : lost / BigInt(seats)
    }
    add(owed, dispute.accuser, toAccuser)
    add(owed, dispute.accused, toAccused)
  }
  /** A write, which takes a block, whether it fails or not. */
  const write = async <T>(act: () => T | Promise<T>): Promise<T> => {
    block += 1
    return await act()
  }
  const mySeat = (dispute: Held, self: Address): Seat => {
    const seat = last(dispute.seats).get(self)
    if (seat === undefined) throw reverted('NotJuror')
    return seat
  }

  const as = (self: Address): Disputes => ({
    self,
    now: async () => ({ atS: nowS(), block }),
    terms: async () => terms,
    count: async () => disputes.length,
    dispute: async (id) => {
      const { seats, votes, ...dispute } = get(id)
      const { acquit: acquitting, convict: convicting } = last(votes)
      return { ...dispute, panel: { jurors: [...last(seats).keys()], acquitting, convicting } }
    },
    seat: async (id, round, juror) => ({ ...(get(id).seats[round]?.get(juror) ?? NO_SEAT) }),
    owedWei: async (party) => owed.get(party) ?? 0n,
    nudge: () => write(() => undefined),
    draw: (id) =>
      write(async () => {
        const dispute = inPhase(id, 'drawing')
        if (block <= dispute.drawBlock) throw reverted(`TooEarly: ${dispute.drawBlock}`)
        dispute.drawnAtS = nowS()
        const seats = last(dispute.seats)
        for (let seat = 0; seat < seatCount(dispute); seat += 1) {
          const juror = await drawOne(dispute, `${dispute.drawBlock}/${id}/${dispute.round}/${seat}`)
          if (juror === null) continue
          const held = seats.get(juror) ?? { ...NO_SEAT }
          seats.set(juror, { ...held, seats: held.seats + 1 })
        }
      }),
    commit: (id, commitment) =>
      write(() => {
        const seat = mySeat(inPhase(id, 'committing'), self)
        if (seat.commitment !== null) throw reverted('CommitmentInvalid')
        seat.commitment = commitment
      }),
    reveal: (id, vote: Vote, salt: Bytes32) =>
      write(() => {
        const dispute = inPhase(id, 'revealing')
        const seat = mySeat(dispute, self)
        const said = juryCommitment({ id, round: dispute.round, juror: self, vote, salt })
        if (seat.vote !== null || seat.commitment !== said) throw reverted('CommitmentInvalid')
        seat.vote = vote
        last(dispute.votes)[vote] += seat.seats
      }),
    finish: (id) =>
      write(() => {
        const dispute = inPhase(id, 'due')
        const { acquit, convict } = last(dispute.votes)
        dispute.verdict = acquit + convict === 0 ? 'silent' : convicts(dispute) ? 'convicted' : 'acquitted'
        for (const [juror, { vote }] of last(dispute.seats)) if (vote === null) weights.delete(juror)
        if (dispute.verdict === 'convicted') stakes.slash(dispute.accused, dispute.amountWei)
        share(dispute)
      }),
    takeFee: (id) =>
      write(() => {
        const { verdict, seats, feePerSeatWei } = get(id)
        const winning = verdict === 'convicted' ? 'convict' : verdict === 'acquitted' ? 'acquit' : null
        const due = seats
          .flatMap((round) => round.get(self) ?? [])
          .filter((seat) => seat.vote === winning && !seat.isPaid)
        const wei = feePerSeatWei * BigInt(due.reduce((sum, seat) => sum + seat.seats, 0))
        if (winning === null || wei === 0n) throw reverted('NoFee')
        for (const seat of due) seat.isPaid = true
        add(gained, self, wei)
      }),
    takeOwed: () =>
      write(() => {
        const wei = owed.get(self) ?? 0n
        if (wei === 0n) throw reverted('NothingOwed')
        owed.delete(self)
        add(gained, self, wei)
      }),
  })

  return {
    address,
    as,
    gainedWei: (account) => gained.get(account) ?? 0n,
    enlist: (juror) =>
      write(async () => {
        const weight = await weightOf(juror)
        if (weight === 0n) throw reverted('NotEligible')
        weights.set(juror, weight)
      }),
    open: (accuser, { accused, amountWei, evidence }) =>
      write(async () => {
        const { arbiter, maxClaimWei } = await stakes.of(accused)
        if (accuser === accused) throw reverted('SelfAccusation')
        if (arbiter !== address) throw reverted('NotArbiter')
        if (amountWei <= 0n || amountWei > maxClaimWei) throw reverted('ClaimTooLarge')
        const dispute: Held = {
          ...{ id: disputes.length + 1, accuser, accused, round: 0, verdict: null, startedAtS: 0, drawnAtS: null },
          ...{ drawBlock: 0, amountWei, accuserBondsWei: terms.bondWei, accusedBondsWei: 0n, feePerSeatWei: 0n },
          ...{ evidence, panel: { jurors: [], acquitting: 0, convicting: 0 }, seats: [], votes: [] },
        }
        begin(dispute)
        disputes.push(dispute)
        add(gained, accuser, -terms.bondWei)
      }),
    appeal: (party, id) =>
      write(() => {
        const dispute = inPhase(id, 'appealing')
        const isConvicted = convicts(dispute)
        if (party !== (isConvicted ? dispute.accused : dispute.accuser)) throw reverted('NotLoser')
        dispute.round += 1
        const bondWei = terms.bondWei << BigInt(dispute.round)
        if (isConvicted) dispute.accusedBondsWei += bondWei
        else dispute.accuserBondsWei += bondWei
        add(gained, party, -bondWei)
        begin(dispute)
      }),
  }
}

const NO_SEAT: Seat = { seats: 0, vote: null, commitment: null, isPaid: false }

const reverted = (message: string): GolemError => new GolemError({ code: 'CHAIN_REVERTED', message })
