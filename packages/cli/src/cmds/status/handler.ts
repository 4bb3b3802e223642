import type { Status } from '@golem/api'
import type { Cli, Outcome } from '../../cli.ts'
import { align } from '../../views/align.ts'
import { glm } from '../../views/format-amounts.ts'
import { formatDuration } from '../../views/format-duration.ts'
import { plainText } from '../../views/plain-text.ts'
import { shortAddress } from '../../views/short-address.ts'
import { unpaidWords } from '../../views/unpaid-words.ts'

export async function showStatus({ client }: Cli): Promise<Outcome> {
  const value = await client.status()
  return { value, text: statusText(value) }
}

/** Of the failures that are kept, the last ones. */
const FAILURE_LINES = 3

export function statusText(status: Status): string {
  const { chain, provider, jobs } = status
  const tools = status.apps.flatMap((app) => Object.entries(app.tools).map(([name, version]) => `${name} ${version}`))
  const rows = [
    ['daemon', `version ${status.version}, pid ${status.pid}, up ${formatDuration(status.uptimeMs)}`],
    ['address', status.address],
    ['peer', `${status.peerId}, ${status.peers} connected`],
    ...status.addresses.map((address) => ['', address]),
    [
      'chain',
      `${chain.chainId}${chain.dev ? ' (development)' : ''}, ${chain.reachable ? 'answers' : 'does not answer'}`,
    ],
    ['apps', [...status.apps.map(({ name, version }) => `${name} ${version}`), ...tools].join(', ') || 'none'],
    ['provider', `${provider.state}: ${plainText(provider.reason)}`],
  ]
  if (provider.state !== 'off') {
    rows.push([
      '',
      `${provider.cores} cores at ${glm(provider.pricePerCoreHourWei)} per core-hour, speed ${provider.speed}`,
    ])
  }
  if (provider.unpaid !== null) rows.push(['', unpaidWords(provider.unpaid)])
  for (const { requestor, app, running, accepted, earnedWei } of provider.activities) {
    rows.push([
      '',
      `${plainText(app)} for ${shortAddress(requestor)}: ${running} running, ${accepted} accepted, ${glm(earnedWei)}`,
    ])
  }
  for (const { app, requestor, message } of provider.failures.slice(-FAILURE_LINES))
    rows.push(['', `failed: ${plainText(app)} for ${shortAddress(requestor)}: ${plainText(message)}`])
  for (const { by, peer, what, verdict, doubt } of status.rejections) {
    const about = by === 'self' ? `of ${shortAddress(peer)}, by this node` : `by ${shortAddress(peer)}`
    rows.push(['rejected', plainText(`${what}, ${about}${doubt === null ? '' : ` (does not convince: ${doubt})`}`)])
    if (verdict !== null) rows.push(['', `check it again: golem trust rerun ${plainText(verdict)}`])
  }
  rows.push(['jobs', `${jobs.running} running of ${jobs.total}`])
  for (const { message, remedy } of status.troubles) {
    rows.push(['trouble', plainText(message)])
    if (remedy !== undefined) rows.push(['', plainText(remedy)])
  }
  return align(rows)
}
