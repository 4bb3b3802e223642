import { chmod, copyFile, type FileHandle, link, open, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Folders, Sandbox } from '@golem/ports'
import { GolemError, type Limits } from '@golem/protocol'
import { PROGRAM_FOLDERS } from '@golem/roles'

const GIB = 1024 ** 3
const LIMITS: Limits = {
  memoryBytes: 4 * GIB,
  pids: 256,
  cores: availableParallelism(),
  wallMs: 3_600_000,
  diskBytes: 8 * GIB,
  outputBytes: 8 * GIB,
  outputFiles: 1,
  fileBytes: 8 * GIB,
  logBytes: 1024 ** 2,
}
/** The sandbox's user reads what everybody may read. */
const READABLE_BY_ALL = 0o004

type Components = { sandbox: Sandbox; folders: Folders }
type Options = { pictures: readonly string[]; fps: number; signal: AbortSignal }

/**
 * Encodes pictures, one after another, as H.264 by the machine's ffmpeg: in the sandbox, because pictures come from
 * strangers, and decoders have holes. One at a time: its folder is its own.
 *
 * @param pictures paths of files of one kind, `.png`, `.jpg`, `.tif` or `.exr`, in their order
 * @returns the open file, whose name is gone already: nothing is left of it once it is closed
 * @throws {GolemError} `VIDEO_FAILED`, or as `Sandbox.start`
 */
export async function makeVideo({ sandbox, folders }: Components, options: Options): Promise<FileHandle> {
  const { pictures, fps, signal } = options
  const name = `${PROGRAM_FOLDERS}/video`
  const root = await folders.make(name)
  try {
    const input = await folders.make(`${name}/in`)
    const output = await folders.make(`${name}/out`)
    const [first = ''] = pictures
    const extension = extensionOf(first)
    const layer = extension === 'exr' ? await layerOf(first) : null
    for (const [index, picture] of pictures.entries()) {
      signal.throwIfAborted()
      await layReadable(picture, join(input, `${String(index).padStart(7, '0')}.${extension}`))
    }
    const process = await sandbox.start(
      {
        name: 'video',
        runtime: { kind: 'oci', root: 'host-tools' },
        argv: ['ffmpeg', ...ffmpegArguments({ extension, layer, fps })],
        env: {},
        mounts: [
          { source: input, target: '/in', writable: false },
          { source: output, target: '/out', writable: true },
        ],
        outbound: [],
        limits: LIMITS,
      },
      { signal },
    )
    const kill = (): void => void process.kill()
    signal.addEventListener('abort', kill, { once: true })
    const { code, logTail, limit } = await process.exited
    signal.removeEventListener('abort', kill)
    signal.throwIfAborted()
    if (limit !== null) throw failed(`it reached its limit (${limit.name} ${limit.allowed})`)
    if (code !== 0) throw failed(logTail.trim().split('\n').slice(-3).join(' '))
    await sandbox.collect(output, join(root, 'made'), LIMITS)
    return await open(join(root, 'made', 'video.mp4'))
  } finally {
    await folders.remove(root)
  }
}

type Extension = 'png' | 'jpg' | 'tif' | 'exr'
type Encoding = { extension: Extension; layer: string | null; fps: number }
const extensionOf = (name: string): Extension =>
  /\.png$/i.test(name) ? 'png' : /\.exr$/i.test(name) ? 'exr' : /\.tiff?$/i.test(name) ? 'tif' : 'jpg'

/** Of names of channels, which stand in the header; more than that is none of Blender's. */
const HEADER_BYTES = 64 * 1024
/** The layer that people see, where an OpenEXR file has several: `ViewLayer.Combined`. */
async function layerOf(picture: string): Promise<string | null> {
  await using file = await open(picture)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
  const found = /\0([^\0]{1,200}\.Combined)\.[RGBA]\0/.exec(buffer.toString('latin1', 0, bytesRead))
  return found?.[1] === undefined ? null : Buffer.from(found[1], 'latin1').toString('utf8')
}

/**
 * What every browser and player shows: 4:2:0 with even sides, colours as of HD (BT.709), transparent parts on black, and
 * its index at the front. The linear floats of OpenEXR get the curve of sRGB, as Blender's Standard view gives them; their
 * colours are multiplied by their alpha already.
 */
const ffmpegArguments = ({ extension, layer, fps }: Encoding): string[] => [
  // -xerror: a frame that cannot be read is said, and not left out.
  ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-xerror', '-framerate', `${fps}`],
  ...(extension === 'exr' ? ['-apply_trc', 'iec61966_2_1'] : []),
  ...(layer === null ? [] : ['-layer', layer]),
  ...['-i', `/in/%07d.${extension}`],
  '-vf',
  [
    extension === 'exr' ? 'format=gbrp' : 'format=gbrap,premultiply=inplace=1',
    'pad=ceil(iw/2)*2:ceil(ih/2)*2',
    'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p',
  ].join(','),
  ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
  ...['-c:v', 'libx264', '-preset', 'medium', '-crf', '16', '-movflags', '+faststart', '/out/video.mp4'],
]

/** A link costs nothing, but shares its permissions with the person's own file, which stay as they are. */
async function layReadable(source: string, target: string): Promise<void> {
  const { mode } = await stat(source)
  const isLinked = (mode & READABLE_BY_ALL) !== 0 && (await link(source, target).then(isSo, isNot))
  if (isLinked) return
  await copyFile(source, target)
  await chmod(target, 0o644)
}
const isSo = () => true
const isNot = () => false

const failed = (why: string) =>
  new GolemError({
    code: 'VIDEO_FAILED',
    message: `ffmpeg made no video of these frames: ${why}`,
    remedy: 'Download the animated PNG or the ZIP file instead.',
  })
