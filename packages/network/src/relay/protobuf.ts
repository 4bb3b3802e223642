import { GolemError } from '@golem/protocol'

/** One field: a number, or bytes. Circuit relay needs no other kind of protocol buffers. */
export type Field = readonly [tag: number, value: bigint | Uint8Array]

const VARINT = 0
const BYTES = 2
/** Ten digits of 7 bits hold 64 bits. */
const MAX_VARINT_BYTES = 10

/** Source: protobuf.dev/programming-guides/encoding */
export function encodeFields(fields: readonly Field[]): Uint8Array {
  const bytes: number[] = []
  const varint = (value: bigint): void => {
    let rest = value
    while (rest >= 0x80n) {
      bytes.push(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    bytes.push(Number(rest))
  }
  for (const [tag, value] of fields) {
    if (typeof value === 'bigint') {
      varint(BigInt(tag * 8 + VARINT))
      varint(value)
    } else {
      varint(BigInt(tag * 8 + BYTES))
      varint(BigInt(value.length))
      bytes.push(...value)
    }
  }
  return Uint8Array.from(bytes)
}

/**
 * Fields in the order in which they came; those of other kinds are skipped.
 *
 * @param bytes bounded by whoever read them from a stream
 * @throws {GolemError} `RELAY_MESSAGE_INVALID`
 */
export function decodeFields(bytes: Uint8Array): Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let digit = 0; digit < MAX_VARINT_BYTES; digit++) {
      const byte = bytes[at++]
      if (byte === undefined) throw invalid()
      value |= BigInt(byte & 0x7f) << BigInt(7 * digit)
      if (byte < 0x80) return value
    }
    throw invalid()
  }
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw invalid()
    at += length
    return bytes.slice(at - length, at)
  }
  while (at < bytes.length) {
    const key = varint()
    const tag = Number(key >> 3n)
    switch (Number(key & 7n)) {
      case VARINT:
        fields.push([tag, varint()])
        break
      case BYTES:
        fields.push([tag, take(Number(varint()))])
        break
      case 1:
        take(8)
        break
      case 5:
        take(4)
        break
      default:
        throw invalid()
    }
  }
  return fields
}

const invalid = () =>
  new GolemError({
    code: 'RELAY_MESSAGE_INVALID',
    message: 'The peer sent a relay message that cannot be read.',
    peerPolicy: 'penalise',
  })
