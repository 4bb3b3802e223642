import type { CID } from 'multiformats/cid'
import { isBlock } from '../blocks/block-cid.ts'
import type { Blocks, Hold } from '../blocks/blocks.ts'
import { writeBehind } from '../blocks/write-behind.ts'
import { GATEWAY_REQUESTS, MAX_BLOCK_BYTES } from '../limits.ts'
import type { Member } from './exchange.ts'
import type { Frontier } from './frontier.ts'
import { sourceBusy, sourceGone, sourceLacks, sourceStalled, sourceWrong } from './source-error.ts'
import { withDeadline } from './with-deadline.ts'

/** Answers of a gateway that may be others in a while. */
const BUSY = [429, 502, 503, 504]

/**
 * Takes blocks from an HTTP gateway, a request each, several at once. Every block is checked like any other, so that the
 * gateway need not be trusted.
 *
 * @see https://specs.ipfs.tech/http-gateways/trustless-gateway/
 * @throws {GolemError} as `pullBlocks`
 */
export async function pullFromGateway(
  {
    url,
    blocks,
    hold,
    frontier,
    member,
  }: { url: string; blocks: Blocks; hold: Hold; frontier: Frontier; member: Member },
  { signal, stallTimeoutMs }: { signal: AbortSignal; stallTimeoutMs: number },
): Promise<void> {
  const writing = writeBehind(blocks, hold)
  const ending = new AbortController()
  const either = AbortSignal.any([signal, ending.signal])

  const take = async (cid: CID): Promise<void> => {
    const bytes = await readBlock(new URL(`/ipfs/${cid}?format=raw`, url), { signal: either, stallTimeoutMs })
    if (bytes === null) return member.lacks(cid)
    if (!(await isBlock(cid, bytes))) throw sourceWrong(`other bytes than those of ${cid}`)
    if (frontier.place(cid) !== 'missing') return
    await frontier.arrived(cid, bytes)
    member.heard()
    await writing.put(cid, bytes)
  }

  try {
    for (;;) {
      const request = member.take(GATEWAY_REQUESTS)
      if (request === null) {
        if (frontier.isWhole()) break
        if (await member.wait(signal)) continue
        throw sourceLacks(String(member.firstLacking ?? 'what is missing'))
      }
      const takes = request.cids.map(take)
      // The others end before an error is told, so that nothing is written after it.
      await Promise.all(takes).catch(async (error) => {
        ending.abort()
        await Promise.allSettled(takes)
        throw error
      })
      member.end(request)
    }
    await writing.flush()
  } finally {
    await writing.settle()
  }
}

/** Null where the gateway does not have it. */
async function readBlock(
  url: URL,
  { signal, stallTimeoutMs }: { signal: AbortSignal; stallTimeoutMs: number },
): Promise<Uint8Array | null> {
  const ending = new AbortController()
  const deadline = { timeoutMs: stallTimeoutMs, late: () => sourceStalled(stallTimeoutMs), signal }
  // What a network says has many forms; all of them mean that this source brings nothing now.
  const orGone = <T>(work: Promise<T>): Promise<T> =>
    withDeadline(work, deadline).catch((cause: unknown) => {
      signal.throwIfAborted()
      throw cause instanceof TypeError ? sourceGone() : cause
    })
  try {
    const headers = { accept: 'application/vnd.ipld.raw' }
    const response = await orGone(fetch(url, { headers, signal: AbortSignal.any([signal, ending.signal]) }))
    if (BUSY.includes(response.status)) throw sourceBusy()
    if (!response.ok || response.body === null) return null
    const body = response.body.getReader()
    const pieces: Uint8Array[] = []
    let sizeBytes = 0
    for (;;) {
      const { done, value } = await orGone(body.read())
      if (done) break
      sizeBytes += value.length
      if (sizeBytes > MAX_BLOCK_BYTES) throw sourceWrong('more than a block has')
      pieces.push(value)
    }
    const bytes = new Uint8Array(sizeBytes)
    let at = 0
    for (const piece of pieces) {
      bytes.set(piece, at)
      at += piece.length
    }
    return bytes
  } finally {
    ending.abort()
  }
}
