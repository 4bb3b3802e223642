/** Reads a WebAssembly binary forward. Whatever would leave the binary, or is no number of its kind, is refused. */
export type ByteReader = {
  readonly position: number
  readonly isAtEnd: boolean
  byte(): number
  /** An unsigned LEB128 of 32 bits. */
  u32(): number
  /** Passes over a signed LEB128 of at most so many bits. */
  skipSigned(bits: 32 | 33 | 64): void
  skip(count: number): void
  /** The next bytes, shared with the binary. */
  bytes(count: number): Uint8Array
  name(): string
}

/** Thrown where a binary is not what its format says; becomes `MODULE_INVALID`. */
export class MalformedModule extends Error {}

export function openReader(source: Uint8Array): ByteReader {
  let position = 0
  const byte = (): number => {
    const value = source[position]
    if (value === undefined) throw new MalformedModule('it ends too early')
    position += 1
    return value
  }
  const bytes = (count: number): Uint8Array => {
    if (count > source.length - position) throw new MalformedModule('it ends too early')
    position += count
    return source.subarray(position - count, position)
  }
  const u32 = (): number => {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const next = byte()
      // The fifth byte holds the last four bits.
      if (shift === 28 && next > 0x0f) break
      value += (next & 0x7f) * 2 ** shift
      if (next < 0x80) return value
    }
    throw new MalformedModule('a number is too long')
  }
  return {
    get position() {
      return position
    },
    get isAtEnd() {
      return position >= source.length
    },
    byte,
    u32,
    skipSigned: (bits) => {
      for (let read = 0; read < Math.ceil(bits / 7); read += 1) if (byte() < 0x80) return
      throw new MalformedModule('a number is too long')
    },
    skip: (count) => void bytes(count),
    bytes,
    name: () => {
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes(u32()))
      } catch (error) {
        if (error instanceof MalformedModule) throw error
        throw new MalformedModule('a name is no UTF-8')
      }
    },
  }
}

/** An unsigned LEB128. */
export function encodeU32(value: number): number[] {
  const encoded: number[] = []
  let left = value
  do {
    const low = left % 0x80
    left = Math.floor(left / 0x80)
    encoded.push(left > 0 ? low | 0x80 : low)
  } while (left > 0)
  return encoded
}

export function concatBytes(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let position = 0
  for (const part of parts) {
    whole.set(part, position)
    position += part.length
  }
  return whole
}
