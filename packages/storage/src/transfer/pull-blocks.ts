import type { CID } from 'multiformats/cid'
import { isBlock, isLeaf } from '../blocks/block-cid.ts'
import type { Blocks, Hold } from '../blocks/blocks.ts'
import { writeBehind } from '../blocks/write-behind.ts'
import { EAGER_LEAF_BYTES, EAGER_NODE_BYTES, WANT_BLOCKS, WANTS_IN_FLIGHT } from '../limits.ts'
import type { Line } from './channel-pool.ts'
import type { Frontier } from './frontier.ts'
import { decodeAnswer, encodeWant } from './messages.ts'
import { sourceBusy, sourceGone, sourceLacks, sourceStalled, sourceWrong } from './source-error.ts'
import { withDeadline } from './with-deadline.ts'

/** Blocks that were not needed, over a whole transfer: those sent unasked of a tree that is here in part. */
const NEEDLESS_BYTES = 16 * (EAGER_NODE_BYTES + EAGER_LEAF_BYTES)
/** What a tiny one counts, so that very many of them are noticed too. */
const NEEDLESS_BLOCK_BYTES = 4096

/**
 * Asks one source for all that a frontier lacks, until the tree is whole. Every block is checked before it is kept, and
 * all that were kept stay when it fails.
 *
 * Nodes are asked for first, one request at a time, because below each of them more may come unasked; then leaves, with
 * requests overlapping.
 *
 * @throws {GolemError} `SOURCE_*` or `CHANNEL_CLOSED` where the source failed, `CONTENT_*` and `STORAGE_*` where it is
 * the content or this storage. Where it throws, the line is in no state to be used again.
 */
export async function pullBlocks(
  { line, blocks, hold, frontier }: { line: Line; blocks: Blocks; hold: Hold; frontier: Frontier },
  { signal, stallTimeoutMs }: { signal: AbortSignal; stallTimeoutMs: number },
): Promise<void> {
  const deadline = { timeoutMs: stallTimeoutMs, late: () => sourceStalled(stallTimeoutMs), signal }
  /** Requests without their "done", oldest first. */
  const wants: CID[][] = []
  const asked = new Set<string>()
  const writing = writeBehind(blocks, hold)
  let areNodesWanted = false
  let needlessBytes = 0

  const ask = async (): Promise<void> => {
    // What comes unasked below a wanted node is not yet known before its "done".
    while (wants.length < WANTS_IN_FLIGHT && !areNodesWanted) {
      const cids = frontier.missing((key) => asked.has(key), WANT_BLOCKS)
      const [first] = cids
      if (first === undefined) return
      const isNodes = !isLeaf(first)
      if (isNodes && wants.length > 0) return
      for (const cid of cids) asked.add(cid.toString())
      wants.push(cids)
      areNodesWanted = isNodes
      await withDeadline(line.channel.send(encodeWant(cids)), deadline)
    }
  }

  const keep = async (cid: CID, bytes: Uint8Array): Promise<void> => {
    if (frontier.place(cid) === 'foreign') throw sourceWrong(`a block that was not asked for, ${cid}`)
    if (frontier.place(cid) === 'here') {
      needlessBytes += Math.max(bytes.length, NEEDLESS_BLOCK_BYTES)
      if (needlessBytes > NEEDLESS_BYTES) throw sourceWrong('blocks again and again')
      return
    }
    if (!(await isBlock(cid, bytes))) throw sourceWrong(`other bytes than those of ${cid}`)
    await frontier.arrived(cid, bytes)
    await writing.put(cid, bytes)
  }

  try {
    for (;;) {
      await ask()
      if (frontier.isWhole() && wants.length === 0) break
      const { done, value } = await withDeadline(line.answers.next(), deadline)
      if (done) throw sourceGone()
      const answer = decodeAnswer(value)
      if (answer === null) throw sourceWrong('a message of another kind')
      if (answer.type === 'busy') throw sourceBusy()
      if (answer.type === 'missing') throw sourceLacks(answer.cid.toString())
      if (answer.type === 'block') await keep(answer.cid, answer.bytes)
      else {
        areNodesWanted = false
        const isAnswered = wants.shift()?.every((cid) => frontier.place(cid) === 'here')
        if (isAnswered !== true) throw sourceWrong('a false end of its answer')
      }
    }
    await writing.flush()
  } finally {
    await writing.settle()
  }
}
