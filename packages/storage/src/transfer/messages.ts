import type { CID } from 'multiformats/cid'
import { CID_BYTES, decodeBlockCid } from '../blocks/block-cid.ts'
import { MAX_BLOCK_BYTES, WANT_BLOCKS } from '../limits.ts'

/**
 * The protocol by which trees travel. The asking side says which blocks it lacks, 1 to `WANT_BLOCKS` CIDs a message. The
 * answer to each such message is, for every CID in its order, the block or "missing", and then "done". Between, the
 * answering side may send blocks below the wanted ones unasked, parents first. A side that has enough closes.
 *
 *     want    = 1 cid{36} ...      block = 2 cid{36} byte*
 *     missing = 3 cid{36}          done  = 4          busy = 5
 */
export const CONTENT_PROTOCOL = '/golem/content/1.0.0'

export const MAX_WANT_BYTES = 1 + CID_BYTES * WANT_BLOCKS
export const MAX_ANSWER_BYTES = 1 + CID_BYTES + MAX_BLOCK_BYTES

const WANT = 1
const BLOCK = 2
const MISSING = 3
const DONE = 4
const BUSY = 5

export type Answer =
  | { type: 'block'; cid: CID; bytes: Uint8Array }
  | { type: 'missing'; cid: CID }
  | { type: 'done' }
  | { type: 'busy' }

export function encodeWant(cids: readonly CID[]): Uint8Array {
  const message = new Uint8Array(1 + CID_BYTES * cids.length)
  message[0] = WANT
  for (const [i, cid] of cids.entries()) message.set(cid.bytes, 1 + CID_BYTES * i)
  return message
}

/** Null where the message is no request. */
export function decodeWant(message: Uint8Array): CID[] | null {
  if (message[0] !== WANT || message.length === 1 || (message.length - 1) % CID_BYTES !== 0) return null
  const cids: CID[] = []
  for (let at = 1; at < message.length; at += CID_BYTES) {
    const cid = decodeBlockCid(message.subarray(at, at + CID_BYTES))
    if (cid === null) return null
    cids.push(cid)
  }
  return cids.length > WANT_BLOCKS ? null : cids
}

export function encodeAnswer(answer: Answer): Uint8Array {
  switch (answer.type) {
    case 'block': {
      const message = new Uint8Array(1 + CID_BYTES + answer.bytes.length)
      message[0] = BLOCK
      message.set(answer.cid.bytes, 1)
      message.set(answer.bytes, 1 + CID_BYTES)
      return message
    }
    case 'missing':
      return Uint8Array.from([MISSING, ...answer.cid.bytes])
    case 'done':
      return Uint8Array.of(DONE)
    case 'busy':
      return Uint8Array.of(BUSY)
  }
}

/** Null where the message is no answer. A block's bytes are not yet checked, and share the message's memory. */
export function decodeAnswer(message: Uint8Array): Answer | null {
  const [type] = message
  if (type === DONE || type === BUSY) return message.length === 1 ? { type: type === DONE ? 'done' : 'busy' } : null
  if (type !== BLOCK && type !== MISSING) return null
  const cid = decodeBlockCid(message.subarray(1, 1 + CID_BYTES))
  if (cid === null) return null
  const bytes = message.subarray(1 + CID_BYTES)
  if (type === BLOCK) return { type: 'block', cid, bytes }
  return bytes.length === 0 ? { type: 'missing', cid } : null
}
