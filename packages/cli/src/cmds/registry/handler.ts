import type { RegistryApplication } from '@golem/api'
import { type Agreement, carryOut } from '../../carry-out.ts'
import type { Cli, Outcome } from '../../cli.ts'
import { contentOf } from '../../content-of.ts'
import { align } from '../../views/align.ts'
import { plainText } from '../../views/plain-text.ts'
import { shortAddress } from '../../views/short-address.ts'

export type ShowOptions = { limit: number }
export type ReasonOptions = Agreement & { reason: string }
export type Judgement = 'certify' | 'denounce' | 'retract' | 'deprecate'

export async function showRegistry(
  { client }: Cli,
  application: string | undefined,
  { limit }: ShowOptions,
): Promise<Outcome> {
  if (application !== undefined) {
    const value = await client.registry({ application })
    return { value, text: value.applications.map(describe).join('\n\n') }
  }
  const value = await client.registry({ limit })
  const rows = value.applications.map((app) => [
    `${plainText(app.name)} ${plainText(app.version)}`,
    `by ${shortAddress(app.author)}`,
    wordsOf(app),
    app.id,
  ])
  const more = value.count > rows.length ? `\n${value.count - rows.length} older ones: --limit` : ''
  return { value, text: rows.length === 0 ? 'Nothing is published on this chain.' : `${align(rows)}${more}` }
}

export async function judge(
  cli: Cli,
  act: Judgement,
  application: string,
  { reason, ...agreement }: ReasonOptions,
): Promise<Outcome> {
  return carryOut(cli, { act, application, reason: await contentOf(cli, reason) }, agreement)
}

const wordsOf = ({ isDeprecated, statements }: RegistryApplication): string => {
  const count = (verdict: string) => statements.filter((said) => said.verdict === verdict).length
  const [certified, denounced] = [count('certified'), count('denounced')]
  const words = [
    ...(denounced > 0 ? [`denounced by ${denounced}`] : []),
    ...(certified > 0 ? [`certified by ${certified}`] : []),
    ...(isDeprecated ? ['deprecated'] : []),
  ]
  return words.length === 0 ? 'nothing said' : words.join(', ')
}

const wordsOfVetting = ({ auditor, suspicions }: NonNullable<RegistryApplication['statements'][number]['vetting']>) =>
  `a report of ${shortAddress(auditor)}, who ran it under observation: ${
    suspicions === 0 ? 'nothing suspicious' : `${suspicions} suspicious`
  } (golem audit report)`

function describe(app: RegistryApplication): string {
  const rows = [
    ['application', `${plainText(app.name)} ${plainText(app.version)}${app.isDeprecated ? ', deprecated' : ''}`],
    ['id', app.id],
    ['author', app.author],
    ['manifest', plainText(app.manifest)],
    ['asks for', app.permissions.length === 0 ? 'nothing beside computing' : app.permissions.join(', ')],
    ['royalty', `${app.royaltyBps / 100} %`],
    ['published', new Date(app.publishedAtS * 1_000).toISOString()],
    ...app.statements.map((said) => [
      said.verdict,
      `by ${said.validator}, reason ${plainText(said.reason)}${said.vetting === null ? '' : `, ${wordsOfVetting(said.vetting)}`}`,
    ]),
  ]
  return align(rows)
}
