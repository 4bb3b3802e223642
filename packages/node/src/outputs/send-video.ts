import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Folders, Sandbox } from '@golem/ports'
import { GolemError } from '@golem/protocol'
import { baseOf, type Named, pictureNames, type SentFile, sendAnimation } from './job-outputs.ts'
import { makeVideo } from './make-video.ts'

/** Where programs in the sandbox find the machine's own. */
const TOOL_FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin']
const hasFfmpegHere = (): boolean => TOOL_FOLDERS.some((folder) => existsSync(join(folder, 'ffmpeg')))

/** What a video is made of, the first that there are: some scenes write several. */
const KINDS = [/\.png$/i, /\.jpe?g$/i, /\.exr$/i]

export type SendVideo = (job: Named, options: { fps: number; signal: AbortSignal }) => Promise<SentFile>

/**
 * The frames of a job as a video: MP4 where ffmpeg and a sandbox are there, else an animated PNG. One is made at a time.
 *
 * @param sandbox null where this machine has none
 */
export function videoSender(
  { sandbox, folders }: { sandbox: Sandbox | null; folders: Folders },
  { hasFfmpeg = hasFfmpegHere }: { hasFfmpeg?: () => boolean } = {},
): SendVideo {
  let isBusy = false
  /** @throws {GolemError} `VIDEO_BUSY`, `VIDEO_FAILED`, `ANIMATION_IMPOSSIBLE`, `OUTPUT_GONE` */
  return async (job, { fps, signal }) => {
    const names = KINDS.map((kind) => pictureNames(job, kind)).find((found) => found.length > 0) ?? []
    if (sandbox === null || names.length === 0 || !hasFfmpeg()) return sendAnimation(job, fps)
    if (isBusy) throw busy()
    isBusy = true
    try {
      const pictures = names.map((name) => join(job.outDir, name))
      const file = await makeVideo({ sandbox, folders }, { pictures, fps, signal })
      const { size } = await file.stat()
      const body = Readable.toWeb(file.createReadStream()) as ReadableStream<Uint8Array>
      return { name: `${baseOf(job)}.mp4`, type: 'video/mp4', sizeBytes: size, body }
    } finally {
      isBusy = false
    }
  }
}

const busy = () =>
  new GolemError({
    code: 'VIDEO_BUSY',
    message: 'Another video is being made.',
    remedy: 'Try again when it is finished.',
  })
