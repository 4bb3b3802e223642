import { type PeerContact, type Place, placeOfPeer } from '@golem/protocol'
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
  const buckets: Set<DirectoryNode>[] = []

  const bucketOf = (place: Place): Set<DirectoryNode> => {
    const index = commonBits(here, place)
    while (buckets.length <= index) buckets.push(new Set())
    return buckets[index] as Set<DirectoryNode>
  }
  const drop = (node: DirectoryNode) => {
    nodes.delete(node.contact.peerId)
    bucketOf(node.place).delete(node)
  }

  return {
    learn(contact) {
      const { peerId } = contact
      if (peerId === self.peerId || contact.addresses.length === 0) return
      const known = nodes.get(peerId)
      const place = known?.place ?? placeOfPeer(peerId)
      if (known) drop(known)
      const bucket = bucketOf(place)
      if (bucket.size >= BUCKET_NODES) return
      const node = { contact, place }
      nodes.set(peerId, node)
      bucket.add(node)
    },
    forget(peerId) {
      const node = nodes.get(peerId)
      if (node) drop(node)
    },
    has: (peerId) => nodes.has(peerId),
    closest(to, count) {
      // A bucket shares more bits with the target, all of it, than the next in this order: the rest need no look.
      const common = commonBits(here, to)
      const groups = [buckets.slice(common, common + 1), buckets.slice(common + 1)]
      for (let index = Math.min(common, buckets.length) - 1; index >= 0; index -= 1)
        groups.push(buckets.slice(index, index + 1))
      const result: DirectoryNode[] = []
      for (const group of groups) {
        if (result.length >= count) break
        const members = group.flatMap((bucket) => [...bucket])
        result.push(...nearest(members, to, count - result.length, ({ place }) => place))
      }
      return result
    },
    get size() {
      return nodes.size
    },
  }
}
