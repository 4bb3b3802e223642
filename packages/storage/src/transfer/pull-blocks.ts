import type { CID } from 'multiformats/cid'
import { isBlock } from '../blocks/block-cid.ts'
import type { Blocks, Hold } from '../blocks/blocks.ts'
import { writeBehind } from '../blocks/write-behind.ts'
import { EAGER_LEAF_BYTES, EAGER_NODE_BYTES, WANTS_IN_FLIGHT } from '../limits.ts'
import type { Line } from './channel-pool.ts'
import type { Member, Request } from './exchange.ts'
import type { Frontier } from './frontier.ts'
import { decodeAnswer, encodeWant } from './messages.ts'
import { requestSize } from './request-size.ts'
import { sourceBusy, sourceGone, sourceLacks, sourceStalled, sourceWrong } from './source-error.ts'
import { withDeadline } from './with-deadline.ts'

/** Blocks that were not needed, over a whole transfer: those sent unasked of a tree that is here in part. */
const NEEDLESS_BYTES = 16 * (EAGER_NODE_BYTES + EAGER_LEAF_BYTES)
/** What a tiny one counts, so that very many of them are noticed too. */
const NEEDLESS_BLOCK_BYTES = 4096

/**
 * Asks one source for its share of what a frontier lacks, until the tree is whole or this source can bring no more of
 * it. Every block is checked before it is kept, and all that were kept stay when it fails.
 *
 * @throws {GolemError} `SOURCE_*` or `CHANNEL_CLOSED` where the source failed, `CONTENT_*` and `STORAGE_*` where it is
 * the content or this storage. Where it throws, the line is in no state to be used again.
 */
export async function pullBlocks(
  {
    line,
    blocks,
    hold,
    frontier,
    member,
  }: { line: Line; blocks: Blocks; hold: Hold; frontier: Frontier; member: Member },
  { signal, stallTimeoutMs }: { signal: AbortSignal; stallTimeoutMs: number },
): Promise<void> {
  const deadline = { timeoutMs: stallTimeoutMs, late: () => sourceStalled(stallTimeoutMs), signal }
  /** Requests without their "done", oldest first. */
  const open: { request: Request; askedAtMs: number }[] = []
  const writing = writeBehind(blocks, hold)
  const lacking = new Set<string>()
  let count = requestSize(null)
  let needlessBytes = 0

  const ask = async (): Promise<void> => {
    while (open.length < WANTS_IN_FLIGHT) {
      const request = member.take(count)
      if (request === null) return
      open.push({ request, askedAtMs: performance.now() })
      await withDeadline(line.channel.send(encodeWant(request.cids)), deadline)
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
    member.heard()
    await writing.put(cid, bytes)
  }

  const close = (): void => {
    const first = open.shift()
    if (first === undefined) throw sourceWrong('the end of an answer to nothing')
    const { request, askedAtMs } = first
    const isAnswered = request.cids.every((cid) => frontier.place(cid) === 'here' || lacking.has(cid.toString()))
    if (!isAnswered) throw sourceWrong('a false end of its answer')
    count = requestSize({ count: request.cids.length, elapsedMs: performance.now() - askedAtMs })
    member.end(request)
  }

  try {
    for (;;) {
      await ask()
      if (open.length === 0) {
        if (frontier.isWhole()) break
        // Others are asked for the rest, or nobody is.
        if (await member.wait(signal)) continue
        throw sourceLacks(String(member.firstLacking ?? 'what is missing'))
      }
      const { done, value } = await withDeadline(line.answers.next(), deadline)
      if (done) throw sourceGone()
      const answer = decodeAnswer(value)
      if (answer === null) throw sourceWrong('a message of another kind')
      if (answer.type === 'busy') throw sourceBusy()
      if (answer.type === 'block') await keep(answer.cid, answer.bytes)
      else if (answer.type === 'done') close()
      else {
        lacking.add(answer.cid.toString())
        member.lacks(answer.cid)
      }
    }
    await writing.flush()
  } finally {
    await writing.settle()
  }
}
