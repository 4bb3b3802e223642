import type { EngineMemory } from '../engine.ts'

/** Longest path that is read, as Linux has it. */
const MAX_PATH_BYTES = 4_096
/** Buffers of one call, as POSIX has it. */
const MAX_BUFFERS = 1_024

/**
 * A program's memory, as its host reads and writes it. An address outside throws a RangeError, which ends the program
 * like any access outside.
 */
export type GuestMemory = {
  /** Where the next calls look: the memory of the instance that runs. */
  use(memory: EngineMemory | null): void
  bytes(address: number, length: number): Uint8Array
  setU8(address: number, value: number): void
  setU16(address: number, value: number): void
  setU32(address: number, value: number): void
  setU64(address: number, value: bigint): void
  u8(address: number): number
  u16(address: number): number
  u32(address: number): number
  u64(address: number): bigint
  /** The text of a path, or null where it is no UTF-8. @throws {RangeError} for one that is longer than any path */
  path(address: number, length: number): string | null
  /** Buffers that a call names. null: more than a call may name. */
  buffers(address: number, count: number): Uint8Array[] | null
}

export function openGuestMemory(): GuestMemory {
  let memory: EngineMemory | null = null
  let view = new DataView(new ArrayBuffer(0))
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  /** A memory that has grown has another buffer. */
  const now = (): DataView => {
    if (memory !== null && view.buffer !== memory.buffer) view = new DataView(memory.buffer)
    return view
  }
  const bytes = (address: number, length: number): Uint8Array => {
    const { buffer, byteLength } = now()
    const begin = address >>> 0
    const size = length >>> 0
    if (begin + size > byteLength) throw new RangeError('an address outside of the memory')
    return new Uint8Array(buffer, begin, size)
  }
  return {
    use: (next) => {
      memory = next
      view = new DataView(next === null ? new ArrayBuffer(0) : next.buffer)
    },
    bytes,
    setU8: (address, value) => now().setUint8(address >>> 0, value),
    setU16: (address, value) => now().setUint16(address >>> 0, value, true),
    setU32: (address, value) => now().setUint32(address >>> 0, value, true),
    setU64: (address, value) => now().setBigUint64(address >>> 0, value, true),
    u8: (address) => now().getUint8(address >>> 0),
    u16: (address) => now().getUint16(address >>> 0, true),
    u32: (address) => now().getUint32(address >>> 0, true),
    u64: (address) => now().getBigUint64(address >>> 0, true),
    path: (address, length) => {
      if (length >>> 0 > MAX_PATH_BYTES) throw new RangeError('a path that is longer than any')
      try {
        return decoder.decode(bytes(address, length))
      } catch (error) {
        if (error instanceof RangeError) throw error
        return null
      }
    },
    buffers: (address, count) => {
      if (count >>> 0 > MAX_BUFFERS) return null
      return Array.from({ length: count >>> 0 }, (_, position) => {
        const entry = (address >>> 0) + 8 * position
        return bytes(now().getUint32(entry, true), now().getUint32(entry + 4, true))
      })
    },
  }
}
