import { GolemError } from '@golem/protocol/errors'
import { daemon } from '../api/daemon.ts'
import type { ChosenFile } from './collect-files.ts'
import { type Limits, requireWithin } from './require-within.ts'

export type Sent = {
  /** The upload, for files that are added later. */
  id: string
  limits: Limits
  /** How large each is. */
  sizes: Map<string, number>
  /** Where each lies now, by its path here. */
  paths: Map<string, string>
}

type Options = {
  signal: AbortSignal
  /** Bytes that have gone, of all of them. */
  onProgress: (sentBytes: number, allBytes: number) => void
  /** Adds to what was sent before. */
  to?: Sent | undefined
}

/**
 * Sends files to the daemon, one after another, straight from the disk.
 *
 * @throws {GolemError} `UPLOAD_TOO_LARGE` before anything is sent, what the daemon said
 */
export async function sendFiles(files: readonly ChosenFile[], { signal, onProgress, to }: Options): Promise<Sent> {
  const upload = to ?? (await openUpload(signal))
  requireWithin(upload.limits, upload.sizes, files)
  const allBytes = files.reduce((sum, { file }) => sum + file.size, 0)
  let doneBytes = 0
  for (const { path, file } of files) {
    const put = { url: `/v1/uploads/${upload.id}/files?path=${encodeURIComponent(path)}`, file, signal }
    upload.paths.set(path, await send(put, (bytes) => onProgress(doneBytes + bytes, allBytes)))
    upload.sizes.set(path, file.size)
    doneBytes += file.size
    onProgress(doneBytes, allBytes)
  }
  return upload
}

async function openUpload(signal: AbortSignal): Promise<Sent> {
  const { id, ...limits } = await daemon.createUpload({ signal })
  return { id, limits, sizes: new Map(), paths: new Map() }
}

type Put = { url: string; file: Blob; signal: AbortSignal }

/** XMLHttpRequest, because fetch does not say how much has gone. */
function send({ url, file, signal }: Put, onBytes: (bytes: number) => void): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const request = new XMLHttpRequest()
  request.open('PUT', url)
  request.responseType = 'json'
  request.upload.onprogress = ({ loaded }) => onBytes(loaded)
  request.onload = () => {
    const answer = request.response as {
      path?: string
      error?: { code: string; message: string; remedy?: string }
    } | null
    if (request.status === 200 && answer?.path !== undefined) return resolve(answer.path)
    reject(
      new GolemError(
        answer?.error ?? { code: 'UPLOAD_BROKEN', message: `The daemon answered with ${request.status}.` },
      ),
    )
  }
  request.onerror = () =>
    reject(new GolemError({ code: 'UPLOAD_BROKEN', message: 'The file did not arrive whole.', remedy: 'Try again.' }))
  request.onabort = () => reject(signal.reason)
  signal.addEventListener('abort', () => request.abort(), { once: true })
  request.send(file)
  return promise
}
