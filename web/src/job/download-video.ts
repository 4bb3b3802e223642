import { errorOf, unreachable } from '@golem/api/client'

/**
 * Has the daemon make a video, which takes a while, and saves it under the daemon's name for it.
 *
 * @throws {GolemError} `API_UNREACHABLE`, and what the daemon says
 */
export async function downloadVideo(jobId: string): Promise<void> {
  const response = await fetch(`/v1/jobs/${encodeURIComponent(jobId)}/video`).catch((cause: unknown) => {
    throw unreachable(cause)
  })
  if (!response.ok) throw await errorOf(response)
  const url = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = nameIn(response.headers.get('content-disposition') ?? '') ?? `${jobId}.mp4`
  link.click()
  // By then the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

function nameIn(disposition: string): string | null {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1]
  return encoded === undefined ? null : decodeURIComponent(encoded)
}
