import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Sandbox } from '@golem/ports'
import { createOciSandbox } from '@golem/sandbox'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nodeFolders } from '../folders.ts'
import { videoSender } from './send-video.ts'

const run = promisify(execFile)
const NEVER = new AbortController().signal
const [WIDTH, HEIGHT] = [33, 21]

let home: string
let sandbox: Sandbox

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'golem-video-'))
  sandbox = await createOciSandbox({}, { stateDir: join(home, 'sandbox'), runtime: 'auto' })
}, 60_000)
afterAll(async () => {
  await sandbox?.stop()
  await rm(home, { recursive: true, force: true })
})

/** Frames of one grey each, a quarter brighter than the one before. */
async function makeJob(count: number, name = 'job') {
  const outDir = join(home, name)
  await mkdir(outDir, { recursive: true })
  const outputs: string[] = []
  for (let index = 0; index < count; index += 1) {
    const grey = 40 * index
    const background = { r: grey, g: grey, b: grey }
    // 9, 10, 11: in the order of their numbers, not of their letters.
    outputs.push(`${9 + index}.png`)
    const path = join(outDir, `${9 + index}.png`)
    await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background } }).toFile(path)
    // A file that its person shows nobody.
    if (index === 1) await chmod(path, 0o600)
  }
  return { id: 'job-1', title: 'cube.blend', outDir, outputs: outputs.toReversed() }
}
const small = async (name: string): Promise<Uint8Array> => {
  throw new Error(`${name} is asked for small`)
}
const folders = () => nodeFolders(join(home, 'node'))
const bytesOf = async (body: ReadableStream<Uint8Array>) => Buffer.concat(await Array.fromAsync(body))

it('makes a video of the frames in their order, and leaves nothing but the answer', async () => {
  const job = await makeJob(5)
  const { name, type, sizeBytes, body } = await videoSender({ sandbox, folders: folders() })(job, {
    fps: 25,
    small,
    signal: NEVER,
  })
  expect([name, type]).toEqual(['cube-job-1.mp4', 'video/mp4'])
  const video = join(home, 'made.mp4')
  await writeFile(video, await bytesOf(body))
  expect((await stat(video)).size).toBe(sizeBytes)
  const greys = await run('ffmpeg', ['-v', 'error', '-i', video, '-pix_fmt', 'gray', '-f', 'rawvideo', '-'], {
    encoding: 'buffer',
  })
  // Sides are even, and each frame is there: its first pixel is as bright as it was.
  const size = (WIDTH + 1) * (HEIGHT + 1)
  expect(greys.stdout.length).toBe(5 * size)
  for (let index = 0; index < 5; index += 1) {
    expect(Math.abs((greys.stdout[index * size] ?? 0) - 40 * index)).toBeLessThanOrEqual(3)
  }
  expect(await readdir(join(home, 'node', 'programs'))).toEqual([])
  expect((await stat(join(job.outDir, '10.png'))).mode & 0o777).toBe(0o600)
}, 60_000)

it('makes a video of the linear floats of OpenEXR frames, as a screen shows them', async () => {
  const { outDir, ...job } = await makeJob(5, 'floats')
  const outputs = job.outputs.map((name) => name.replace('.png', '.exr'))
  for (const [index, name] of job.outputs.entries()) {
    const curve = 'zscale=transferin=iec61966-2-1:transfer=linear:matrixin=gbr:matrix=gbr,format=gbrpf32le'
    const [source, target] = [join(outDir, name), join(outDir, outputs[index] ?? '')]
    await run('ffmpeg', [
      '-v',
      'error',
      '-i',
      source,
      '-vf',
      `format=gbrp,${curve}`,
      '-f',
      'image2',
      '-c:v',
      'exr',
      target,
    ])
  }
  const send = videoSender({ sandbox, folders: folders() })
  const { body } = await send({ ...job, outDir, outputs }, { fps: 30_000 / 1_001, small, signal: NEVER })
  const video = join(home, 'floats.mp4')
  await writeFile(video, await bytesOf(body))
  const greys = await run('ffmpeg', ['-v', 'error', '-i', video, '-pix_fmt', 'gray', '-f', 'rawvideo', '-'], {
    encoding: 'buffer',
  })
  const size = (WIDTH + 1) * (HEIGHT + 1)
  const firsts = Array.from({ length: 5 }, (_, index) => greys.stdout[index * size] ?? 0)
  for (const [index, grey] of firsts.entries()) expect(Math.abs(grey - 40 * index)).toBeLessThanOrEqual(4)
  const rate = ['-select_streams', 'v', '-show_entries', 'stream=avg_frame_rate', '-of', 'csv=p=0']
  expect((await run('ffprobe', ['-v', 'error', ...rate, video])).stdout.trim()).toBe('30000/1001')
}, 60_000)

it('makes a video of the first layer of OpenEXR frames with several', async () => {
  const outDir = join(home, 'layers')
  const render = `
import bpy
scene = bpy.context.scene
scene.view_layers[0].name = "Vorne \u00fc"
scene.render.engine = "CYCLES"
scene.cycles.samples, scene.cycles.use_denoising = 1, False
scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = 32, 20, 100
scene.render.image_settings.file_format = "OPEN_EXR_MULTILAYER"
scene.render.filepath = ${JSON.stringify(join(outDir, '####'))}
scene.frame_end = 2
bpy.ops.render.render(animation=True)`
  const args = ['-b', '--factory-startup', '--python-exit-code', '1', '--python-expr', render]
  await run('blender', args, { env: { PATH: process.env.PATH, HOME: home } })
  const send = videoSender({ sandbox, folders: folders() })
  const job = { id: 'job-1', title: 'layers', outDir, outputs: ['0001.exr', '0002.exr'] }
  const { sizeBytes, body } = await send(job, { fps: 24, small, signal: NEVER })
  expect((await bytesOf(body)).length).toBe(sizeBytes)
}, 60_000)

it('sends an animated PNG where there is no ffmpeg, or no sandbox to run it in', async () => {
  const job = await makeJob(3)
  for (const send of [
    videoSender({ sandbox, folders: folders() }, { hasFfmpeg: () => false }),
    videoSender({ sandbox: null, folders: folders() }),
  ]) {
    const { name, type, body } = await send(job, { fps: 24, small, signal: NEVER })
    expect([name, type]).toEqual(['cube-job-1.png', 'image/apng'])
    expect((await bytesOf(body)).includes('acTL')).toBe(true)
  }
})

it('makes a video of TIFF frames, and a small animation of what no browser shows where there is no ffmpeg', async () => {
  const { outDir, ...job } = await makeJob(3, 'tiffs')
  const outputs = job.outputs.map((name) => name.replace('.png', '.tif'))
  for (const [index, name] of job.outputs.entries())
    await sharp(join(outDir, name))
      .tiff({ compression: 'deflate' })
      .toFile(join(outDir, outputs[index] ?? ''))
  const tiffs = { ...job, outDir, outputs }
  const made = await videoSender({ sandbox, folders: folders() })(tiffs, { fps: 24, small, signal: NEVER })
  expect(made.name).toBe('cube-job-1.mp4')
  const video = join(home, 'tiffs.mp4')
  await writeFile(video, await bytesOf(made.body))
  const count = ['-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0']
  expect((await run('ffprobe', ['-v', 'error', ...count, video])).stdout.trim()).toBe('3')

  const asked: string[] = []
  const shrink = async (name: string) => {
    asked.push(name)
    return sharp(join(outDir, name)).resize(16).png().toBuffer()
  }
  const send = videoSender({ sandbox, folders: folders() }, { hasFfmpeg: () => false })
  const animation = await send(tiffs, { fps: 24, small: shrink, signal: NEVER })
  expect(animation.type).toBe('image/apng')
  const bytes = await bytesOf(animation.body)
  expect((await sharp(bytes).metadata()).width).toBe(16)
  expect(bytes.readUInt32BE(bytes.indexOf('acTL') + 4)).toBe(3)
  expect(asked).toEqual(['9.tif', '10.tif', '11.tif'])
}, 60_000)

it('says what ffmpeg said of pictures that are none, makes one at a time, and then the next', async () => {
  const send = videoSender({ sandbox, folders: folders() })
  const broken = await makeJob(2, 'broken')
  await writeFile(join(broken.outDir, '9.png'), 'no picture')
  const failing = send(broken, { fps: 24, small, signal: NEVER })
  const job = await makeJob(2, 'next')
  await expect(send(job, { fps: 24, small, signal: NEVER })).rejects.toMatchObject({ code: 'VIDEO_BUSY' })
  await expect(failing).rejects.toMatchObject({ code: 'VIDEO_FAILED' })
  const { body } = await send(job, { fps: 24, small, signal: NEVER })
  await body.cancel()
}, 60_000)

it('ends with the one who asked', async () => {
  const job = await makeJob(2)
  const send = videoSender({ sandbox, folders: folders() })
  const leaving = new AbortController()
  const asked = send(job, { fps: 24, small, signal: leaving.signal })
  leaving.abort(new Error('gone'))
  await expect(asked).rejects.toThrow('gone')
  expect(await readdir(join(home, 'node', 'programs'))).toEqual([])
}, 60_000)
