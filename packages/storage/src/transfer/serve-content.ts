import type { Channel, Network } from '@golem/ports'
import type { CID } from 'multiformats/cid'
import { isLeaf } from '../blocks/block-cid.ts'
import { EAGER_LEAF_BYTES, EAGER_NODE_BYTES, SERVED_IN_ALL, SERVED_PER_PEER, STALL_TIMEOUT_MS } from '../limits.ts'
import { childrenOf, type TreeNode } from '../tree/node.ts'
import type { TreeReader } from '../tree/tree-reader.ts'
import { CONTENT_PROTOCOL, decodeWant, encodeAnswer, MAX_WANT_BYTES } from './messages.ts'
import { withDeadline } from './with-deadline.ts'

/**
 * Serves every block that is here to every peer that can name it. A CID is the capability: it cannot be guessed, it is
 * told to those who shall have the content, and whoever has the content has it anyway. What this gives away is whether
 * this node holds a content that the asker already knows.
 *
 * @returns what ends it
 */
export function serveContent(
  { network, reader }: { network: Network; reader: TreeReader },
  { signal, stallTimeoutMs = STALL_TIMEOUT_MS }: { signal: AbortSignal; stallTimeoutMs?: number },
): () => void {
  const active = new Map<string, number>()
  let all = 0

  const answerAll = async (channel: Channel): Promise<void> => {
    const deadline = { timeoutMs: stallTimeoutMs, late: () => new Error('the peer stalls'), signal }
    const send = (answer: Parameters<typeof encodeAnswer>[0]) =>
      withDeadline(channel.send(encodeAnswer(answer)), deadline)
    const wants = channel.messages[Symbol.asyncIterator]()
    for (;;) {
      const { done, value } = await withDeadline(wants.next(), deadline)
      if (done) return
      const cids = decodeWant(value)
      if (cids === null) return channel.abort()
      const mine = active.get(channel.peer.peerId) ?? 0
      if (all >= SERVED_IN_ALL || mine >= SERVED_PER_PEER) {
        await send({ type: 'busy' })
        continue
      }
      active.set(channel.peer.peerId, mine + 1)
      all++
      try {
        await answer(reader, cids, send)
      } finally {
        all--
        const left = (active.get(channel.peer.peerId) ?? 1) - 1
        if (left > 0) active.set(channel.peer.peerId, left)
        else active.delete(channel.peer.peerId)
      }
    }
  }

  return network.handle(CONTENT_PROTOCOL, { maxMessageBytes: MAX_WANT_BYTES }, async (channel) => {
    // Peers leave, stall and send nonsense; none of it concerns anybody here.
    await answerAll(channel).catch(() => channel.abort())
  })
}

type Send = (answer: Parameters<typeof encodeAnswer>[0]) => Promise<void>

async function answer(reader: TreeReader, cids: readonly CID[], send: Send): Promise<void> {
  for (const cid of cids) {
    const bytes = await reader.blocks.get(cid)
    if (bytes === null) await send({ type: 'missing', cid })
    else {
      await send({ type: 'block', cid, bytes })
      if (!isLeaf(cid)) await sendBelow(reader, learned(reader, cid, bytes), new Set(cids.map(String)), send)
    }
  }
  await send({ type: 'done' })
}

/** Null where the block is no UnixFS node: it is served like any other, and nothing below it is known. */
function learned(reader: TreeReader, cid: CID, bytes: Uint8Array): TreeNode | null {
  try {
    return reader.learn(cid, bytes)
  } catch {
    return null
  }
}

/** The nodes below one, level by level, and then the leaves, both only as far as they are small in sum. */
async function sendBelow(reader: TreeReader, top: TreeNode | null, sent: Set<string>, send: Send): Promise<void> {
  const leaves: CID[] = []
  let nodeBytes = 0
  let leafBytes = 0
  let nodes = [top]
  for (let level = nodes; level.length > 0; level = nodes) {
    nodes = []
    for (const node of level) {
      for (const cid of node === null ? [] : childrenOf(node)) {
        const sizeBytes = reader.blocks.sizeOf(cid)
        if (sizeBytes === null || sent.has(cid.toString())) continue
        sent.add(cid.toString())
        if (isLeaf(cid)) {
          leafBytes += sizeBytes
          if (leafBytes <= EAGER_LEAF_BYTES) leaves.push(cid)
        } else {
          nodeBytes += sizeBytes
          // Nothing below is known to be small any more: the asker goes on from here.
          if (nodeBytes > EAGER_NODE_BYTES) return
          const bytes = await reader.blocks.get(cid)
          if (bytes === null) continue
          await send({ type: 'block', cid, bytes })
          nodes.push(learned(reader, cid, bytes))
        }
      }
    }
  }
  if (leafBytes > EAGER_LEAF_BYTES) return
  for (const cid of leaves) {
    const bytes = await reader.blocks.get(cid)
    if (bytes !== null) await send({ type: 'block', cid, bytes })
  }
}
