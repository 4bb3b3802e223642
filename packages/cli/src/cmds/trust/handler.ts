import type { NewRerun, TrustDetail, TrustView } from '@golem/api'
import type { Cli, Outcome } from '../../cli.ts'
import { untilInterrupted } from '../../until-interrupted.ts'
import { align } from '../../views/align.ts'
import { plainText } from '../../views/plain-text.ts'

const FOLLOWS = {
  nothing: { provider: 'hired', requestor: 'served' },
  warn: { provider: 'hired, with a warning', requestor: 'served, with a warning' },
  exclude: { provider: 'not hired', requestor: 'not served' },
} as const

export async function showTrust({ client }: Cli): Promise<Outcome> {
  const value = await client.trust()
  return { value, text: describe(value) }
}

export async function showParty({ client }: Cli, address: string): Promise<Outcome> {
  const value = await client.party(address)
  return { value, text: describeParty(value) }
}

export async function admit({ client }: Cli, verdict: string, peerId: string): Promise<Outcome> {
  const value = await client.admit({ verdict, peerId })
  const text = [
    `With this key ${peerId} alone can read what the verdict is about, and check it again:`,
    `golem trust rerun ${verdict} --key ${value.key}`,
  ]
  return { value, text: text.map(plainText).join('\n') }
}

export async function rerun(cli: Cli, asked: NewRerun): Promise<Outcome> {
  const value = await untilInterrupted(cli, (signal) => cli.client.rerun(asked, { signal }))
  const { judge, index, agreementId, said, found, isSame } = value
  const text = [
    `${judge} about subtask ${index} of ${agreementId}:`,
    `It said: ${said.accepted ? 'accepted' : 'rejected'} (${said.message})`,
    `Found here: ${found.accepted ? 'accepted' : 'rejected'} (${found.message})`,
    isSame
      ? 'The verdict holds here.'
      : 'The verdict does not hold here. Somebody else with the same class of processor can say which of the two is right.',
  ]
  return { value, text: text.map(plainText).join('\n') }
}

function describe({ parties, mode }: TrustView): string {
  const what = `Whom this node excludes: ${mode} (golem blacklist mode).`
  if (parties.length === 0) return `Nobody was seen at work yet. ${what}`
  const rows = parties.map(({ address, as, app, accepted, rejected, otherwise, score, does }) => [
    address,
    plainText(as === 'provider' ? `provides ${app}` : 'requestor'),
    `${accepted} accepted`,
    `${rejected} rejected`,
    `${otherwise} ${as === 'provider' ? 'late or gone' : 'unpaid'}`,
    `${Math.round(score * 100)} %`,
    FOLLOWS[does][as],
  ])
  return `${align(rows)}\n${what}`
}

function describeParty({ address, sentences, facts, rejections }: TrustDetail): string {
  const evidence = facts.flatMap(({ kind, evidence: cid, agreementId }) =>
    cid === null ? [] : [`${kind} under ${agreementId}: evidence ${cid}`],
  )
  const own = rejections.map(({ agreementId, index, message, seed, verdict, doubt }) => {
    const shown = verdict === null ? 'it showed nothing' : `seed ${seed}, verdict ${verdict}`
    return `It rejected subtask ${index} of ${agreementId}: ${message} (${shown}; ${doubt === null ? 'this convinces' : doubt})`
  })
  return [address, ...sentences, ...evidence, ...own].map(plainText).join('\n')
}
