import type { Readable } from 'node:stream'

/** No line of a program is read past this. */
export const LINE_LIMIT_BYTES = 1024 * 1024

const NEWLINE = 0x0a

/**
 * The lines of a stream, as fast as they are asked for: what is not asked for waits in the pipe, and its writer with
 * it. Ends with the stream; a last line without a line end is dropped, because it was cut.
 *
 * `onTooLong` is called when a line exceeds `LINE_LIMIT_BYTES`; nothing is read after it.
 */
export async function* readLines(
  stream: Readable,
  { onTooLong, onBytes }: { onTooLong: () => void; onBytes: (count: number) => void },
): AsyncGenerator<string, void, undefined> {
  let parts: Buffer[] = []
  let partBytes = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      onBytes(chunk.length)
      let rest = chunk
      for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE)) {
        if (partBytes + end > LINE_LIMIT_BYTES) return onTooLong()
        yield Buffer.concat([...parts, rest.subarray(0, end)]).toString('utf8')
        parts = []
        partBytes = 0
        rest = rest.subarray(end + 1)
      }
      parts.push(rest)
      partBytes += rest.length
      if (partBytes > LINE_LIMIT_BYTES) return onTooLong()
    }
  } catch (error) {
    // The other end went while we read: that is an end.
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ECONNRESET' && code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}
