import type { AuditsView } from '@golem/api'
import type { Cli, Outcome } from '../../cli.ts'
import { align } from '../../views/align.ts'
import { glm } from '../../views/format-amounts.ts'
import { plainText } from '../../views/plain-text.ts'

export async function showAudits({ client }: Cli): Promise<Outcome> {
  const value = await client.audits()
  return { value, text: describe(value) }
}

export async function changeAudits({ client }: Cli, isOn: boolean): Promise<Outcome> {
  const value = await client.changeAudits({ isOn })
  return { value, text: sayState(value) }
}

function sayState({ isOn, stakeWei, underWay }: AuditsView): string {
  if (!isOn) return 'This node audits nothing (golem audit on).'
  const stake =
    stakeWei === '0'
      ? 'It has nothing at stake that counts: only those who follow it ask it (golem stake add).'
      : `It is drawn by the ${glm(stakeWei)} that it has at stake.`
  return `This node audits the work of others. ${stake}${underWay === 0 ? '' : ` ${underWay} under way.`}`
}

const OUTCOMES = {
  right: 'right',
  withhold: 'differs; nobody is convicted by that',
  penalise: 'wrong: two auditors agree, and it is noted of its provider',
  split: 'the auditors disagree',
  unclear: 'unclear',
} as const

function describe(value: AuditsView): string {
  const { made, got } = value
  const done = made.map(({ app, requestor, provider, isAccepted, message, verdict, feeWei }) => [
    plainText(app),
    `of ${provider}`,
    `for ${requestor}`,
    isAccepted ? 'accepted' : 'rejected',
    plainText(message),
    glm(feeWei),
    plainText(verdict),
  ])
  const found = got.map(({ job, subtask, provider, isPlanted, outcome, words }) => [
    plainText(job),
    plainText(subtask),
    isPlanted ? 'planted, to test the auditor' : `of ${provider}`,
    isPlanted ? '' : outcome === null ? 'nothing was found out' : OUTCOMES[outcome],
    words
      .map(({ auditor, isAccepted, isWrong, verdict }) => {
        return `${auditor} ${isAccepted ? 'accepted' : 'rejected'}${isWrong ? ', wrongly' : ''} (${plainText(verdict)})`
      })
      .join('; '),
  ])
  return [
    sayState(value),
    ...(done.length === 0 ? [] : ['Audited here:', align(done)]),
    ...(found.length === 0 ? [] : ['Audited by others:', align(found)]),
  ].join('\n')
}
