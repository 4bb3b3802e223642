import type { Readable } from 'node:stream'

/** How much of what a program printed is kept for people. */
export const LOG_TAIL_BYTES = 16 * 1024

/** What a program prints: counted, the last of it kept, the rest dropped. */
export type LogTail = {
  readonly bytes: number
  text(): string
  /** When both streams have ended. */
  readonly ended: Promise<void>
}

/** Drains `streams`, and calls `onFull` once when they brought more than `limitBytes`. */
export function logTail(streams: readonly Readable[], limitBytes: number, onFull: () => void): LogTail {
  let tail = Buffer.alloc(0)
  let bytes = 0
  const ended = streams.map(
    (stream) =>
      new Promise<void>((resolve) => {
        stream.on('data', (chunk: Buffer) => {
          const wasFull = bytes > limitBytes
          bytes += chunk.length
          tail = Buffer.concat([tail, chunk]).subarray(-LOG_TAIL_BYTES)
          if (bytes > limitBytes && !wasFull) onFull()
        })
        stream.once('error', () => resolve())
        stream.once('close', resolve)
      }),
  )
  return {
    get bytes() {
      return bytes
    },
    // Cut on a byte: the first character may be half of one.
    text: () => tail.toString('utf8').replace(/^�+/, ''),
    ended: Promise.all(ended).then(() => undefined),
  }
}
