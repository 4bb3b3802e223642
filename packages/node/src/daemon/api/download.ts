import { GolemError } from '@golem/protocol'

/**
 * The bytes behind a URL, whole or not at all: an answer that breaks off is an error and never a short file.
 *
 * @throws {GolemError} `DOWNLOAD_FAILED`, at once or while it is read
 */
export async function* download(url: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const failed = (because: string, cause?: unknown) =>
    new GolemError({
      code: 'DOWNLOAD_FAILED',
      message: `${url} was not downloaded: ${because}.`,
      remedy: 'Check the address, and try again.',
      ...(cause === undefined ? {} : { cause }),
    })
  const orFailed = <T>(work: Promise<T>): Promise<T> =>
    work.catch((cause: unknown) => {
      signal.throwIfAborted()
      throw failed(reasonOf(cause), cause)
    })
  const response = await orFailed(fetch(url, { signal }))
  if (!response.ok || response.body === null) throw failed(`the answer was ${response.status}`)
  const body = response.body.getReader()
  try {
    for (;;) {
      const { done, value } = await orFailed(body.read())
      if (done) return
      yield value
    }
  } finally {
    await body.cancel().catch(() => {})
  }
}

/** `fetch` hides what happened in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}
