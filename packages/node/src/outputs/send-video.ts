import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Folders, Sandbox } from '@golem/ports'
import { GolemError } from '@golem/protocol'
import { type Animated, baseOf, type Named, picturesOf, type SentFile, sendAnimation } from './job-outputs.ts'
import { makeVideo } from './make-video.ts'

/** Where programs in the sandbox find the machine's own. */
const TOOL_FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin']
const hasFfmpegHere = (): boolean => TOOL_FOLDERS.some((folder) => existsSync(join(folder, 'ffmpeg')))

export type SendVideo = (job: Named, options: Animated & { signal: AbortSignal }) => Promise<SentFile>

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
  return async (job, { fps, small, signal }) => {
    const names = picturesOf(job)
    if (sandbox === null || names.length === 0 || !hasFfmpeg()) return sendAnimation(job, { fps, small })
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
