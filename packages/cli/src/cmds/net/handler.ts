import type { Net } from '@golem/api'
import type { Cli, Outcome } from '../../cli.ts'
import { align } from '../../views/align.ts'
import { formatDuration } from '../../views/format-duration.ts'
import { plainText } from '../../views/plain-text.ts'
import { shortAddress } from '../../views/short-address.ts'

const STATES: Record<Net['reachability']['state'], string> = {
  direct: 'others can dial it',
  relayed: 'through relays only',
  closed: 'nobody can dial it',
  local: 'from the local network only, as far as is known',
  unknown: 'not known yet',
}
const MIB = 1024 * 1024

export async function showNet({ client, io }: Cli): Promise<Outcome> {
  const value = await client.net()
  return { value, text: netText(value, io.now()) }
}

export function netText(net: Net, nowMs: number): string {
  const { state, why, remedy } = net.reachability
  const { serving } = net
  const rows = [
    ['peer', net.peerId],
    ['address', net.address],
    ...labelled('listens on', net.listening, 'nothing'),
    ...labelled('announces', net.announced, 'nothing'),
    ['reachable', STATES[state]],
    ['', plainText(why)],
    ...(remedy === null ? [] : [['', plainText(remedy)]]),
    ...labelled(
      'reached by',
      net.relays.map(({ peerId }) => `relay ${peerId}`),
      'no relay',
    ),
    [
      'relays for',
      serving === null
        ? 'nobody'
        : `${serving.reservations} peers, ${serving.circuits} connections, ${(serving.bytes / MIB).toFixed(1)} MiB so far`,
    ],
    ['hash table', net.dht ?? 'off'],
    ...(net.clock.offsetMs === 0 ? [] : [['clock', clockText(net.clock)]]),
    ['peers', `${new Set(net.connections.map(({ peerId }) => peerId)).size} connected`],
  ]
  if (net.connections.length === 0) return align(rows)
  const connections = net.connections.map(({ address, by, direction, openedAtMs, remote }) => [
    shortAddress(address),
    by,
    direction,
    formatDuration(Math.max(0, nowMs - openedAtMs)),
    plainText(remote),
  ])
  return `${align(rows)}\n\n${align([['PEER', 'BY', 'DIRECTION', 'SINCE', 'REMOTE'], ...connections])}`
}

function clockText({ offsetMs, correctionMs }: Net['clock']): string {
  const wrong = `${formatDuration(Math.abs(offsetMs))} ${offsetMs < 0 ? 'ahead of' : 'behind'} most peers'; set it`
  return correctionMs === 0 ? `${wrong}: this is too much to correct` : `${wrong}; until then the node goes by theirs`
}

/** One row for each, the label beside the first. */
const labelled = (label: string, lines: readonly string[], none: string): string[][] =>
  lines.length === 0 ? [[label, none]] : lines.map((line, index) => [index === 0 ? label : '', plainText(line)])
