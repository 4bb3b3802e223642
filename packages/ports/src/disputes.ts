import type { Address, Bytes32, Wei } from '@golem/protocol'

export type DisputeTerms = {
  bondWei: Wei
  firstSeats: number
  drawS: number
  commitS: number
  revealS: number
  appealS: number
}
export type Vote = 'acquit' | 'convict'

export type Dispute = {
  id: number
  accuser: Address
  accused: Address
  /** 0 for the first panel. */
  round: number
  /** null while it is not carried out. */
  verdict: 'acquitted' | 'convicted' | 'silent' | null
  startedAtS: number
  /** null before its panel is drawn. */
  drawnAtS: number | null
  /** Its hash draws the panel. */
  drawBlock: number
  /** What a conviction burns. */
  amountWei: Wei
  accuserBondsWei: Wei
  accusedBondsWei: Wei
  feePerSeatWei: Wei
  /** As the accuser wrote it. */
  evidence: string
  /** Of this round: who sits on it, and how many seats revealed which vote. */
  panel: { jurors: Address[]; acquitting: number; convicting: number }
}

export type Seat = { seats: number; vote: Vote | null; commitment: Bytes32 | null; isPaid: boolean }

/** What somebody has at stake. */
export type StakeAccount = {
  totalWei: Wei
  /** What stays: 0 once an exit was requested. */
  activeWei: Wei
  agedWei: Wei
  /** null where no exit was requested. */
  exitsAtS: number | null
  /** Who may slash it; null for equivocation alone. */
  arbiter: Address | null
  /** The most that one claim burns. */
  maxClaimWei: Wei
}

/** What participants have at stake. Errors: `CHAIN_UNREACHABLE`, `CONTRACT_MISSING`. */
export type Stakes = {
  of(staker: Address): Promise<StakeAccount>
}

/**
 * Panels of stakers who judge claims, as one account sees and serves them. Writes wait for their receipts. Errors:
 * `CHAIN_UNREACHABLE`, `CHAIN_REVERTED`, `CONTRACT_MISSING`, `FUNDS_MISSING`.
 */
export type Disputes = {
  readonly self: Address
  /** Seconds since 1970, and the newest block. */
  now(): Promise<{ atS: number; block: number }>
  terms(): Promise<DisputeTerms>
  /** Disputes have the numbers from 1 to this. */
  count(): Promise<number>
  dispute(id: number): Promise<Dispute>
  seat(id: number, round: number, juror: Address): Promise<Seat>
  /** Bonds that came back and were not taken. */
  owedWei(party: Address): Promise<Wei>
  /** On a chain that mines only when it is asked to: makes a block. Elsewhere nothing. */
  nudge(): Promise<void>
  draw(id: number): Promise<void>
  commit(id: number, commitment: Bytes32): Promise<void>
  reveal(id: number, vote: Vote, salt: Bytes32): Promise<void>
  finish(id: number): Promise<void>
  takeFee(id: number): Promise<void>
  takeOwed(): Promise<void>
}
