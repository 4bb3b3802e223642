import { type Exclusion, reputationOf, type TrackRecord } from '@golem/market'
import { formatGlm, type SignedFact } from '@golem/protocol'

const KINDS = {
  accepted: ['accepted and paid', 'accepted and paid'],
  rejected: ['rejected', 'rejected'],
  late: ['late', 'late'],
  vanished: ['vanished with', 'vanished with'],
  unpaid: ['not paid, or rejected past what may be bad luck', 'not paid'],
  malicious: ['with malicious programs in them', 'malicious'],
} as const

/** What this node knows of a party as a provider, or as a requestor, in sentences for people. */
export function explainParty(
  as: 'provider' | 'requestor',
  {
    record,
    facts,
    exclusion,
    payWei,
    nowMs,
  }: {
    record: TrackRecord
    facts: readonly SignedFact[]
    exclusion: Exclusion
    payWei: bigint
    nowMs: number
  },
): string[] {
  const { score, standingWei, caughtAtMs } = reputationOf([{ record, isOwn: true }], { nowMs, payWei: Number(payWei) })
  const sums = Object.keys(KINDS).flatMap((kind) => {
    const of = facts.filter(({ body }) => body.kind === kind)
    if (of.length === 0) return []
    const count = of.reduce((sum, { body }) => sum + body.count, 0)
    const valueWei = of.reduce((sum, { body }) => sum + body.valueWei, 0n)
    const checked = of.reduce((sum, { body }) => sum + (body.isProven ? body.count : 0), 0)
    const seen = kind === 'accepted' && as === 'provider' ? `, ${checked} of them computed again here` : ''
    return [
      `${count} ${count === 1 ? 'subtask' : 'subtasks'} ${KINDS[kind as keyof typeof KINDS][0]} (${formatGlm(valueWei)} GLM${seen}).`,
    ]
  })
  const whole = as === 'provider' ? 'What it did for this node' : 'What this node did for it'
  return [
    sums.length === 0 ? `Nothing was seen of it yet as a ${as}.` : `${whole}:`,
    ...sums,
    `Expected to be good: ${Math.round(score * 100)} % of what it does next; a newcomer begins with 50 %.`,
    `What it would lose by being caught: ${formatGlm(BigInt(Math.round(standingWei)))} GLM of standing, half of it gone after 30 days.`,
    ...(caughtAtMs === null
      ? []
      : [
          `It was caught on ${new Date(caughtAtMs).toISOString().slice(0, 10)}, with a wrong result, a wrong verdict or what it owed.`,
        ]),
    {
      nothing: as === 'provider' ? 'It is hired like any other.' : 'It is served like any other.',
      warn: `It is worked with, and told of in the log: ${exclusion.message}`,
      exclude: `${as === 'provider' ? 'It is not hired' : 'It is not served'}: ${exclusion.message}`,
    }[exclusion.does],
  ]
}
