import { GolemError } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import { createFrameReader, END_FRAME, frameHeader } from './framing.ts'

const framed = (...messages: Uint8Array[]): Uint8Array =>
  Uint8Array.from(messages.flatMap((message) => [...frameHeader(message.length), ...message]))
const filled = (length: number) => Uint8Array.from({ length }, (_, index) => index % 251)
const codeOf = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    return error instanceof GolemError ? error.code : error
  }
}

describe('frames', () => {
  it('begin with the length plus one as LEB128', () => {
    expect([...frameHeader(0)]).toEqual([1])
    expect([...frameHeader(126)]).toEqual([127])
    expect([...frameHeader(127)]).toEqual([0x80, 0x01])
    expect([...frameHeader(16_383)]).toEqual([0x80, 0x80, 0x01])
    expect([...frameHeader(2 ** 32)]).toEqual([0x81, 0x80, 0x80, 0x80, 0x10])
  })

  it('come out whole, however the bytes were cut', () => {
    const messages = [0, 1, 127, 128, 0, 300].map(filled)
    const wire = Uint8Array.from([...framed(...messages), ...END_FRAME])
    for (let size = 1; size <= wire.length; size++) {
      const reader = createFrameReader({ maxMessageBytes: 300 })
      const seen: Uint8Array[] = []
      for (let at = 0; at < wire.length; at += size) {
        expect(reader.ended).toBe(false)
        reader.read(wire.subarray(at, at + size), (message) => seen.push(message))
      }
      expect(seen).toEqual(messages)
      expect(reader.ended).toBe(true)
    }
  })

  it('are refused by their header alone when too long', () => {
    const reader = createFrameReader({ maxMessageBytes: 1_000 })
    const seen: number[] = []
    const both = Uint8Array.from([...framed(filled(1_000)), ...frameHeader(1_001)])
    expect(codeOf(() => reader.read(both, (message) => seen.push(message.length)))).toBe('MESSAGE_TOO_LARGE')
    expect(seen).toEqual([1_000])
  })

  it('are refused when the header never ends, and after the end', () => {
    const limit = { maxMessageBytes: 10 }
    const read = (piece: Uint8Array, reader = createFrameReader(limit)) => codeOf(() => reader.read(piece, () => {}))
    expect(read(new Uint8Array(5).fill(0x80))).toBe('FRAME_INVALID')
    expect(read(Uint8Array.of(0, 1))).toBe('FRAME_INVALID')
    const reader = createFrameReader(limit)
    expect(read(END_FRAME, reader)).toBe(END_FRAME.length)
    expect(read(END_FRAME, reader)).toBe('FRAME_INVALID')
  })

  it('do not keep a transport buffer alive for a small message', () => {
    const buffer = new Uint8Array(65_536)
    buffer.set(framed(filled(10)), 100)
    const sizes: number[] = []
    createFrameReader({ maxMessageBytes: 100 }).read(buffer.subarray(100, 111), (message) =>
      sizes.push(message.buffer.byteLength),
    )
    expect(sizes).toEqual([10])
  })
})
