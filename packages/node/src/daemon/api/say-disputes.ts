import { disputePhase } from '@golem/market'
import type { Dispute } from '@golem/ports'
import { type Address, formatGlm } from '@golem/protocol'
import type { DaemonParts } from '../daemon-parts.ts'

/** Older ones are not looked through. */
const LOOKED_BACK = 50

const PHASES = {
  drawing: 'a panel is being drawn',
  committing: 'the panel is judging',
  revealing: 'votes are being revealed',
  appealing: 'the loser may appeal',
  due: 'the verdict is to be carried out',
  finished: 'it is over',
} as const

/** What somebody has at stake, and what panels say of it, in words; why nothing is known, where the chain does not tell. */
export async function sayDisputes(
  { disputes, stake }: Pick<DaemonParts, 'disputes' | 'stake'>,
  party: Address,
): Promise<string[]> {
  try {
    const { totalWei, exitsAtS, arbiter } = await stake.of(party)
    const count = await disputes.count()
    const ids = Array.from({ length: Math.min(LOOKED_BACK, count) }, (_, at) => count - at)
    const [terms, { atS }, ...found] = await Promise.all([
      disputes.terms(),
      disputes.now(),
      ...ids.map((id) => disputes.dispute(id)),
    ])
    const own = found.filter(({ accuser, accused }) => accuser === party || accused === party)
    const isJudged = arbiter === disputes.address
    return [
      totalWei === 0n
        ? 'It has nothing at stake: no panel can judge it.'
        : `It has ${formatGlm(totalWei)} GLM at stake, ${isJudged ? 'under the panels of this network' : 'under no panel of this network'}${exitsAtS === null ? '' : ', and has asked for them back'}.`,
      ...own.map((dispute) => {
        const { phase } = disputePhase({ dispute, terms, nowS: atS })
        return `Dispute ${dispute.id}: ${dispute.accuser === party ? `it accuses ${dispute.accused}` : `${dispute.accuser} accuses it`}; ${sayEnd(dispute) ?? PHASES[phase]}.`
      }),
    ]
  } catch {
    return ['What it has at stake is not known: the chain does not tell.']
  }
}

const sayEnd = ({ verdict, round }: Dispute): string | null =>
  verdict === null
    ? null
    : `${{ convicted: 'convicted', acquitted: 'acquitted', silent: 'nobody judged' }[verdict]}, by panel ${round + 1}`
