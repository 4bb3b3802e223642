import { type Address, type Bytes32, hashText } from '@golem/protocol'
import { numberFrom } from './audit-seed.ts'
import { drawPanel } from './draw-panel.ts'

/** Who may audit one work at most: a first and a second opinion, and one in reserve for whoever stays away. */
export const AUDIT_SEATS = 3

export type Auditor = { auditor: Address; weightWei: bigint }

/**
 * Who audits a work, in the order in which they are asked. Each is drawn by weight from those who were not drawn before.
 *
 * @param without the parties
 */
export function drawAuditors(
  auditors: readonly Auditor[],
  { seed, without }: { seed: Bytes32; without: readonly Address[] },
): Address[] {
  const stakers = auditors.map(({ auditor, weightWei }) => ({ id: auditor, agedWei: weightWei }))
  const drawn: Address[] = []
  for (let seat = 0; seat < AUDIT_SEATS; seat += 1) {
    const left = new Set([...without, ...drawn])
    const [next] = drawPanel(stakers, { seed: seatSeed(seed, seat), seats: 1, without: left })
    if (next === undefined) break
    drawn.push(next)
  }
  return drawn
}

const seatSeed = (seed: Bytes32, seat: number): Bytes32 => hashText(`golem/audit/seat/1\n${seed}\n${seat}`)

/** Of accepted work, this share is audited, and one of each batch at least: on nodes as in simulated markets. */
export const AUDIT_SHARE = 0.005
/** Rejected work of so many providers is audited in one batch, one of each: that suffices to convict it. */
const MAX_REJECTED = 8

export type AuditableWork = { seed: Bytes32; isRejected: boolean; provider: Address }

/** What of a batch is audited: a share of what was accepted, and one rejected delivery of each provider. */
export function chooseAudits<T extends AuditableWork>(works: readonly T[], share = AUDIT_SHARE): T[] {
  const byLot = works
    .map((work) => ({ work, lot: numberFrom(work.seed, 'audited') }))
    .sort((a, b) => a.lot - b.lot)
    .map(({ work }) => work)
  const accepted = byLot.filter(({ isRejected }) => !isRejected)
  const rejected = new Map(byLot.flatMap((work) => (work.isRejected ? [[work.provider, work] as const] : [])))
  return [...[...rejected.values()].slice(0, MAX_REJECTED), ...accepted.slice(0, Math.ceil(share * accepted.length))]
}
