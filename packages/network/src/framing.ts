import { GolemError } from '@golem/protocol'

/**
 * A channel's bytes: frames of an unsigned LEB128 number and as many bytes less one; the number 0 is the end frame.
 * Without an end frame the stream broke off: a transport that fails looks exactly like one that was closed.
 */
export const END_FRAME: Uint8Array = Uint8Array.of(0)

/** Five digits of 7 bits: 32 GiB, past any limit. */
const MAX_HEADER_BYTES = 5

/** What goes before a message of so many bytes. */
export function frameHeader(messageBytes: number): Uint8Array {
  const digits: number[] = []
  let rest = messageBytes + 1
  while (rest >= 0x80) {
    digits.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  digits.push(rest)
  return Uint8Array.from(digits)
}

/** Puts frames together again from pieces of any size. */
export type FrameReader = {
  /**
   * Hands over the messages that this piece completes, as long as there is room for them. None of them shares memory with
   * it unless it is one whole large message.
   *
   * @returns how many bytes of the piece were read; the rest has to be brought again
   * @throws {GolemError} `MESSAGE_TOO_LARGE` on the header alone, before the message is held; `FRAME_INVALID`
   */
  read(piece: Uint8Array, onMessage: (message: Uint8Array) => void, hasRoom?: () => boolean): number
  /** Whether the end frame came. */
  readonly ended: boolean
}

export function createFrameReader(options: { maxMessageBytes: number }): FrameReader {
  let ended = false
  let headerValue = 0
  let headerDigits = 0
  /** Bytes of the current message still to come, or null between messages. */
  let missing: number | null = null
  let parts: Uint8Array[] = []

  /** Takes one byte of a header. */
  const readHeader = (byte: number): void => {
    headerValue += (byte & 0x7f) * 2 ** (7 * headerDigits)
    headerDigits += 1
    if (byte >= 0x80) {
      if (headerDigits === MAX_HEADER_BYTES) throw invalid('a frame header longer than five bytes')
      return
    }
    if (headerValue === 0) ended = true
    else if (headerValue - 1 > options.maxMessageBytes) throw tooLarge(headerValue - 1, options.maxMessageBytes)
    else missing = headerValue - 1
    headerValue = 0
    headerDigits = 0
  }

  return {
    get ended() {
      return ended
    },
    read(piece, onMessage, hasRoom = () => true) {
      let at = 0
      while (hasRoom() && (at < piece.length || missing === 0)) {
        if (ended) throw invalid('bytes after the end frame')
        if (missing === null) {
          readHeader(piece[at] ?? 0)
          at += 1
          continue
        }
        const part = piece.subarray(at, at + missing)
        at += part.length
        missing -= part.length
        parts.push(part)
        if (missing > 0) break
        const message = joined(parts)
        parts = []
        missing = null
        onMessage(message)
      }
      return at
    },
  }
}

/** One piece is copied where it is a small view: else it would keep a whole transport buffer alive. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (only !== undefined && parts.length === 1 && only.length * 2 >= only.buffer.byteLength) return only
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const tooLarge = (bytes: number, limit: number) =>
  new GolemError({
    code: 'MESSAGE_TOO_LARGE',
    message: `The peer announced a message of ${bytes} bytes; the limit is ${limit}.`,
    data: { bytes, limit },
    peerPolicy: 'penalise',
  })

const invalid = (what: string) =>
  new GolemError({ code: 'FRAME_INVALID', message: `The peer sent ${what}.`, peerPolicy: 'penalise' })
