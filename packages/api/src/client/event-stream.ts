/** A longer event ends the stream: a job's view of ten thousand subtasks is far below it. */
const EVENT_LIMIT_CHARS = 16 * 1024 * 1024

/**
 * The data of server-sent events. Comments give an empty string, because they too say that the sender lives.
 * Source: the WHATWG's HTML standard, "Server-sent events"; fields but `data` are skipped.
 *
 * @throws whatever the body throws when it breaks off
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let buffer = ''
  for await (const piece of piecesOf(body)) {
    buffer += piece
    const blocks = buffer.split('\n\n')
    buffer = blocks.pop() ?? ''
    if (buffer.length > EVENT_LIMIT_CHARS) throw new RangeError('an event is longer than allowed')
    for (const block of blocks) {
      yield block
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(line.startsWith('data: ') ? 6 : 5))
        .join('\n')
    }
  }
}

/** Not every browser walks over a stream by itself. */
async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read())
      yield decoder.decode(next.value, { stream: true })
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
