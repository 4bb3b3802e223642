import { type PeerContact, type Place, placeOfContact, placeOfPeer } from '@golem/protocol'
import { commonBits, nearest } from './places.ts'

export type DirectoryNode = { readonly contact: PeerContact; readonly place: Place }

/** Nodes remembered for each number of bits in common with this one. */
export const BUCKET_NODES = 16

/** Nodes this one knows: many near it, few far away, so that any place is reached in a few steps. */
export type RoutingTable = {
  /** A node that was heard of. One that is known already gets its newer addresses; a full bucket keeps who it has. */
  learn(contact: PeerContact): void
  forget(peerId: string): void
  has(peerId: string): boolean
  /** Nearest first. */
  closest(to: Place, count: number): DirectoryNode[]
  readonly size: number
}

/**
 * Those who answered longest are the likeliest to stay, so they are kept.
 *
 * @see Maymounkov and Mazières, Kademlia, 2002
 */
export function createRoutingTable(self: { peerId: string }): RoutingTable {
  const here = placeOfPeer(self.peerId)
  const nodes = new Map<string, DirectoryNode>()
  /** By bits in common with this node. */
  const buckets: DirectoryNode[][] = []

  const bucketOf = (place: Place): DirectoryNode[] => {
    const index = commonBits(here, place)
    while (buckets.length <= index) buckets.push([])
    return buckets[index] as DirectoryNode[]
  }

  return {
    learn(contact) {
      const { peerId } = contact
      if (peerId === self.peerId || contact.addresses.length === 0) return
      const known = nodes.get(peerId)
      if (known?.contact === contact) return
      const place = known?.place ?? placeOfContact(contact)
      const bucket = bucketOf(place)
      if (!known && bucket.length >= BUCKET_NODES) return
      const node = { contact, place }
      nodes.set(peerId, node)
      if (known) bucket[bucket.indexOf(known)] = node
      else bucket.push(node)
    },
    forget(peerId) {
      const node = nodes.get(peerId)
      if (!node) return
      nodes.delete(peerId)
      const bucket = bucketOf(node.place)
      bucket.splice(bucket.indexOf(node), 1)
    },
    has: (peerId) => nodes.has(peerId),
    closest(to, count) {
      // A bucket shares more bits with the target, all of it, than the next in this order: the rest need no look.
      const common = commonBits(here, to)
      const result: DirectoryNode[] = []
      const take = (first: number, end: number) => {
        if (result.length >= count || first >= buckets.length) return
        const members = end === first + 1 ? (buckets[first] ?? []) : buckets.slice(first, end).flat()
        result.push(...nearest(members, to, count - result.length, ({ place }) => place))
      }
      take(common, common + 1)
      take(common + 1, buckets.length)
      for (let index = Math.min(common, buckets.length) - 1; index >= 0; index -= 1) take(index, index + 1)
      return result
    },
    get size() {
      return nodes.size
    },
  }
}
