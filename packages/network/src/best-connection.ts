import type { Connection } from '@libp2p/interface'
import { isRelayed, isThroughRelay } from './addresses.ts'

/** Of the open connections to one peer the most direct, and of those the oldest: others may be closed soon. */
export function bestConnection(connections: readonly Connection[]): Connection | undefined {
  const rank = ({ remoteAddr }: Connection): number => (isRelayed(remoteAddr) ? 2 : isThroughRelay(remoteAddr) ? 1 : 0)
  return connections
    .filter(({ status }) => status === 'open')
    .toSorted((a, b) => rank(a) - rank(b) || a.timeline.open - b.timeline.open)[0]
}
