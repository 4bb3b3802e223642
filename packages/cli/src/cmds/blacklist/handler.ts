import type { BlacklistView, FollowingChange, ListKind } from '@golem/api'
import { type Agreement, carryOut } from '../../carry-out.ts'
import type { Cli, Outcome } from '../../cli.ts'
import { contentOf } from '../../content-of.ts'
import { align } from '../../views/align.ts'
import { plainText } from '../../views/plain-text.ts'

export type AddOptions = Agreement & { evidence: string; days: number }
export type AppealOptions = Agreement & { statement: string }

const MODES: Readonly<Record<BlacklistView['mode'], string>> = {
  auto: 'whom they name is not worked with',
  warn: 'whom they name is worked with, and told of in the log',
  off: 'they do nothing',
}

export async function showFollowed({ client }: Cli): Promise<Outcome> {
  const value = await client.blacklist()
  return { value, text: describe(value) }
}

export async function showList({ client }: Cli, owner: string): Promise<Outcome> {
  const value = await client.list(owner)
  const rows = value.entries.map(({ kind, subject, expiresAtS, isExpired, evidence, appeal }) => [
    kind,
    subject,
    `${isExpired ? 'expired' : 'until'} ${new Date(expiresAtS * 1_000).toISOString().slice(0, 10)}`,
    `evidence ${plainText(evidence)}${appeal === null ? '' : `, answered: ${plainText(appeal)}`}`,
  ])
  return { value, text: rows.length === 0 ? `${owner} lists nobody.` : align(rows) }
}

export async function changeFollowing({ client }: Cli, change: FollowingChange): Promise<Outcome> {
  const value = await client.changeFollowing(change)
  return { value, text: describe(value) }
}

export async function addEntry(
  cli: Cli,
  kind: ListKind,
  subject: string,
  { evidence: text, days, ...agreement }: AddOptions,
): Promise<Outcome> {
  const evidence = await contentOf(cli, text)
  return carryOut(cli, { act: 'list', kind, subject, evidence, days }, agreement)
}

export async function appeal(
  cli: Cli,
  owner: string,
  [kind, subject]: readonly [ListKind, string],
  { statement: text, ...agreement }: AppealOptions,
): Promise<Outcome> {
  const statement = await contentOf(cli, text)
  return carryOut(cli, { act: 'appeal', owner, kind, subject, statement }, agreement)
}

function describe({ following, mode, self }: BlacklistView): string {
  const own = `The list of this node is that of ${self}.`
  if (following.length === 0) return `No list is followed. ${own}`
  const rows = following.map(({ owner, entries, readAtMs, problem }) => [
    owner,
    `${entries} ${entries === 1 ? 'entry' : 'entries'}`,
    readAtMs === null ? 'never read' : `read ${new Date(readAtMs).toISOString()}`,
    ...(problem === null ? [] : [plainText(problem)]),
  ])
  return `Followed lists are set to ${mode}: ${MODES[mode]}.\n${align(rows)}\n${own}`
}
