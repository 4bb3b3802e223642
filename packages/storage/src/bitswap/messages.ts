import { varint } from 'multiformats'
import { CID } from 'multiformats/cid'
import { reader, writer } from 'protons-runtime'

/**
 * The one version of Bitswap that is spoken: of all that are in use, the one which can say what a peer does not have.
 *
 * @see https://specs.ipfs.tech/bitswap-protocol/
 */
export const BITSWAP_PROTOCOL = '/ipfs/bitswap/1.2.0'

export type Want =
  | { type: 'cancel'; cid: CID }
  | {
      /** To be sent, or to be told of. */
      type: 'block' | 'have'
      cid: CID
      /** Whether to say so where it is not here. */
      sendDontHave: boolean
    }

export type WantMessage = {
  wants: Want[]
  /** These wants take the place of all earlier ones. */
  full: boolean
}

export type BitswapAnswer = {
  blocks: { cid: CID; bytes: Uint8Array }[]
  presences: { cid: CID; isHere: boolean }[]
}

/** Fields of the protocol's messages, with the wire type in the low bits as they are written. */
const MESSAGE = { wantlist: 1, blocks: 3, presences: 4 }
const WANT = { cid: 1, cancel: 3, type: 4, sendDontHave: 5 }
const BYTES_TYPE = 2

/**
 * What a peer wants. Blocks that it sends are skipped: this side asks for none.
 *
 * @returns null where the message cannot be read, or wants more than `maxWants`
 */
export function decodeWants(message: Uint8Array, { maxWants }: { maxWants: number }): WantMessage | null {
  try {
    const all: WantMessage = { wants: [], full: false }
    fields(message, (field, bytes) => {
      if (field === MESSAGE.wantlist && bytes !== null) readWantlist(bytes, all, maxWants)
    })
    return all.wants.length > maxWants ? null : all
  } catch {
    return null
  }
}

function readWantlist(bytes: Uint8Array, into: WantMessage, maxWants: number): void {
  fields(bytes, (field, value, number) => {
    if (field === 1 && value !== null && into.wants.length <= maxWants) into.wants.push(readWant(value))
    if (field === 2) into.full = number !== 0
  })
}

function readWant(bytes: Uint8Array): Want {
  let cid: CID | undefined
  const numbers: Record<number, number> = {}
  fields(bytes, (field, value, number) => {
    if (field === WANT.cid && value !== null) cid = CID.decode(value)
    numbers[field] = number
  })
  if (cid === undefined) throw new RangeError('a want without a CID')
  if (numbers[WANT.cancel]) return { type: 'cancel', cid }
  return { type: numbers[WANT.type] === 1 ? 'have' : 'block', cid, sendDontHave: Boolean(numbers[WANT.sendDontHave]) }
}

/** Each field of a message: its bytes, or null and its number. */
function fields(message: Uint8Array, onField: (field: number, bytes: Uint8Array | null, number: number) => void): void {
  const input = reader(message)
  while (input.pos < input.len) {
    const tag = input.uint32()
    const wireType = tag & 7
    if (wireType === BYTES_TYPE) onField(tag >>> 3, input.bytes(), 0)
    else if (wireType === 0) onField(tag >>> 3, null, input.int32())
    else input.skipType(wireType)
  }
}

export function encodeBitswapAnswer({ blocks, presences }: BitswapAnswer): Uint8Array {
  const output = writer()
  for (const { cid, bytes } of blocks) {
    output.uint32((MESSAGE.blocks << 3) | BYTES_TYPE).fork()
    output.uint32((1 << 3) | BYTES_TYPE).bytes(prefixOf(cid))
    output.uint32((2 << 3) | BYTES_TYPE).bytes(bytes)
    output.ldelim()
  }
  for (const { cid, isHere } of presences) {
    output.uint32((MESSAGE.presences << 3) | BYTES_TYPE).fork()
    output.uint32((1 << 3) | BYTES_TYPE).bytes(cid.bytes)
    output.uint32(2 << 3).int32(isHere ? 0 : 1)
    output.ldelim()
  }
  return output.finish()
}

/** All of a CID but its hash. */
function prefixOf({ version, code, multihash }: CID): Uint8Array {
  const numbers = [version, code, multihash.code, multihash.digest.length]
  const prefix = new Uint8Array(numbers.reduce((sum, number) => sum + varint.encodingLength(number), 0))
  let at = 0
  for (const number of numbers) {
    varint.encodeTo(number, prefix, at)
    at += varint.encodingLength(number)
  }
  return prefix
}
