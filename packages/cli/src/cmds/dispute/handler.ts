import type { DisputesView } from '@golem/api'
import type { Cli, Outcome } from '../../cli.ts'
import { align } from '../../views/align.ts'
import { glm } from '../../views/format-amounts.ts'
import { plainText } from '../../views/plain-text.ts'

export async function showStake({ client }: Cli): Promise<Outcome> {
  const value = await client.disputes()
  const { stake, weightWei, allWei } = value
  const text = [
    `${glm(stake.totalWei)} are at stake, ${glm(stake.agedWei)} of them aged.`,
    stake.exitsAtS === null ? null : `They can be taken from ${timeOf(stake.exitsAtS)} on.`,
    weightWei === '0'
      ? 'This node is not drawn for panels (golem stake serve).'
      : `This node is drawn for panels, with ${glm(weightWei)} of ${glm(allWei)}.`,
  ]
  return { value, text: text.filter((line) => line !== null).join('\n') }
}

export async function showDisputes({ client }: Cli): Promise<Outcome> {
  const value = await client.disputes()
  return { value, text: value.disputes.length === 0 ? 'Nothing is disputed.' : align(value.disputes.map(rowOf)) }
}

const PHASES = {
  drawing: 'a panel is being drawn',
  committing: 'the panel is judging',
  revealing: 'votes are being revealed',
  appealing: 'may be appealed',
  due: 'is to be carried out',
  finished: 'over',
} as const

const rowOf = (dispute: DisputesView['disputes'][number]): string[] => {
  const { id, accuser, accused, panel, phase, untilS, verdict, amountWei, bondsWei, acquitting, convicting } = dispute
  return [
    `${id}`,
    `${accuser} against ${accused}`,
    verdict === null ? `${PHASES[phase]}${untilS === null ? '' : ` until ${timeOf(untilS)}`}` : verdict,
    `panel ${panel}: ${convicting} to convict, ${acquitting} to acquit, of ${dispute.seats}`,
    `${glm(amountWei)} of stake, ${glm(bondsWei)} of bonds`,
    plainText(dispute.evidence.split(' ')[0] ?? ''),
  ]
}

const timeOf = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(0, 16)
