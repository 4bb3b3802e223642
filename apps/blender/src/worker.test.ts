import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Json } from '@golem/sdk'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cutFrame, withMargin } from './cut-frame.ts'
import { pngData } from './testing/png-data.ts'
import { renderPlainly } from './testing/render-plainly.ts'
import { FIXTURES, startWorker, type TestWorker } from './testing/start-worker.ts'
import { previewAnswer } from './worker-answers.ts'

/** The tiny scene, changed by Python and saved as another. */
async function changeTiny(path: string, change: string): Promise<void> {
  const saved = `import bpy\n${change}\nbpy.ops.wm.save_as_mainfile(filepath=${JSON.stringify(path)})`
  const args = ['-b', '--factory-startup', fixture('tiny'), '--python-exit-code', '1', '--python-expr', saved]
  await promisify(execFile)('blender', args, { env: { PATH: process.env.PATH, HOME: worker.folder } })
}

/** It shall become a movie without sound, and has a scene in which nothing of movies was ever chosen. */
const FILM = `
render = bpy.context.scene.render
render.image_settings.file_format = "FFMPEG"
render.ffmpeg.format, render.ffmpeg.codec = "MPEG4", "H264"
bare = bpy.data.scenes.new("Bare")
bare.render.engine, bare.cycles.samples, bare.render.resolution_x, bare.render.resolution_y = "CYCLES", 1, 8, 8
bare.cycles.use_denoising = False
bare.collection.objects.link(bpy.context.scene.camera)
bare.camera = bpy.context.scene.camera`

/** What of a scene could be kept from one render for the next: it is cut into faces as it is seen, and moves meanwhile. */
const DICED = `
scene = bpy.context.scene
scene.render.use_persistent_data = scene.render.use_motion_blur = True
scene.cycles.feature_set, scene.cycles.use_adaptive_sampling = "EXPERIMENTAL", True
scene.cycles.use_animated_seed = True
for thing in [each for each in scene.objects if each.type == "MESH"]:
    thing.modifiers.new("Finer", "SUBSURF")
    thing.cycles.use_adaptive_subdivision = True
bumpy = bpy.data.materials.new("Bumpy")
bumpy.use_nodes = True
bumpy.cycles.displacement_method = "DISPLACEMENT"
nodes, links = bumpy.node_tree.nodes, bumpy.node_tree.links
noise, move = nodes.new("ShaderNodeTexNoise"), nodes.new("ShaderNodeDisplacement")
links.new(noise.outputs["Fac"], move.inputs["Height"])
links.new(move.outputs["Displacement"], nodes["Material Output"].inputs["Displacement"])
bpy.ops.mesh.primitive_cube_add(size=1.5)
cube = bpy.context.object
cube.data.materials.append(bumpy)
cube.modifiers.new("Finer", "SUBSURF")
cube.cycles.use_adaptive_subdivision = True
cube.keyframe_insert("location", frame=1)
cube.location.x += 2
cube.keyframe_insert("location", frame=9)`

type Rendered = { frames: { frame: number; file: string; sha256: string }[] }
type Merged = { frames: { file: string; name: string }[] }
type Checked = { equal?: boolean; mismatch?: string; changedFraction?: number }

let worker: TestWorker
beforeAll(async () => {
  worker = await startWorker()
})
afterAll(() => worker.close())

const fixture = (name: string) => join(FIXTURES, `${name}.blend`)
const render = async (params: { [key: string]: Json }) => (await worker.call('render', params)) as Rendered
const merge = async (params: { [key: string]: Json }) => (await worker.call('merge', params)) as Merged
const check = async (params: { [key: string]: Json }) => (await worker.call('check', params)) as Checked
const fileOf = ({ frames }: Rendered) => frames[0]?.file ?? ''
const middle = { x0: 20, y0: 30, x1: 44, y1: 50 }

describe('render and merge give what Blender alone gives', () => {
  const scenes: [string, number, number, number, string?][] = [
    ['tiny', 64, 64, 0],
    ['compositing', 96, 64, 0],
    ['passes', 96, 64, 0],
    ['adaptive', 128, 96, 4],
    ['linked/scene', 64, 64, 0],
    ['sequence/scene', 64, 64, 0],
    ['assets/scene', 64, 64, 0],
    ['layer-samples', 64, 64, 0],
    // How far a machine gets in a time is no picture that another could give: all samples are rendered.
    ['time-limit', 64, 64, 0, 'scene.cycles.time_limit = 0'],
  ]
  it.each(scenes)('%s, whole and in tiles', async (name, width, height, margin, change) => {
    const file = fixture(name)
    const plain = await pngData(await renderPlainly(file, 3, join(worker.folder, name), change))
    const whole = await render({ file, frames: [3] })
    const merged = await merge({ file, frames: [{ frame: 3, tiles: [{ file: fileOf(whole) }] }] })
    expect(merged.frames[0]?.name).toBe('0003.png')
    expect(await pngData(merged.frames[0]?.file ?? '')).toBe(plain)

    const tiles: Json[] = []
    for (const region of cutFrame({ width, height }, 3, 2)) {
      const tile = await render({ file, frames: [3], region, margin })
      tiles.push({ file: fileOf(tile), region, delivered: withMargin(region, margin, { width, height }) })
    }
    const joined = await merge({ file, frames: [{ frame: 3, tiles }] })
    expect(await pngData(joined.frames[0]?.file ?? '')).toBe(plain)
  })
})

it('samples that are asked for count in a view layer with a number of its own too', async () => {
  const file = fixture('layer-samples')
  const change = 'scene.cycles.samples = 20; scene.view_layers[0].samples = 0'
  const plain = await pngData(await renderPlainly(file, 3, join(worker.folder, 'layer'), change))
  const whole = await render({ file, frames: [3], samples: 20 })
  const merged = await merge({ file, frames: [{ frame: 3, tiles: [{ file: fileOf(whole) }] }] })
  expect(await pngData(merged.frames[0]?.file ?? '')).toBe(plain)
})

it('a file that renders a region of its own gives that region', async () => {
  const file = fixture('region')
  const plain = await pngData(await renderPlainly(file, 3, join(worker.folder, 'region')))
  const delivered = fileOf(await render({ file, frames: [3] }))
  const merged = await merge({ file, frames: [{ frame: 3, tiles: [{ file: delivered }] }] })
  expect(await pngData(merged.frames[0]?.file ?? '')).toBe(plain)
  expect(await check({ file, frame: 3, delivered })).toMatchObject({ equal: true })
})

describe('check', () => {
  const file = fixture('tiny')

  it('finds every crop of honest work equal to the last bit', async () => {
    const delivered = fileOf(await render({ file, frames: [5] }))
    for (const crop of [middle, { x0: 0, y0: 0, x1: 16, y1: 16 }, { x0: 47, y0: 49, x1: 64, y1: 64 }]) {
      expect(await check({ file, frame: 5, crop, delivered })).toMatchObject({ equal: true })
    }
  })

  it('finds half the samples and another frame', async () => {
    const cheap = fileOf(await render({ file, frames: [5], samples: 4 }))
    const other = fileOf(await render({ file, frames: [9] }))
    for (const delivered of [cheap, other]) {
      const answer = await check({ file, frame: 5, crop: middle, delivered })
      expect(answer.equal).toBe(false)
      expect(answer.changedFraction).toBeGreaterThan(0.05)
    }
  })

  it('calls a delivery that is no such picture a mismatch', async () => {
    const whole = fileOf(await render({ file, frames: [5] }))
    const data = await readFile(whole)
    const cut = join(worker.folder, 'cut.exr')
    const text = join(worker.folder, 'text.exr')
    const nan = join(worker.folder, 'nan.exr')
    await writeFile(cut, data.subarray(0, data.length / 2))
    await writeFile(text, 'no picture')
    await writeFile(nan, spoil(data))
    const small = fileOf(await render({ file, frames: [5], region: middle }))
    const crop = { x0: 20, y0: 44, x1: 44, y1: 64 }
    const told = async (delivered: string) => (await check({ file, frame: 5, crop, delivered })).mismatch
    expect(await told(cut)).toMatch('cut off')
    expect(await told(text)).toMatch('no OpenEXR')
    expect(await told(small)).toMatch('24x20 pixels instead of 64x64')
    expect(await told(nan)).toMatch('no numbers')
    expect(await told(join(worker.folder, 'nowhere.exr'))).toMatch('cannot be read')
  })
})

/** NaN into the last pixel row of the last channel but one row's head, leaving the structure as it is. */
function spoil(exr: Buffer): Buffer {
  const spoilt = Buffer.from(exr)
  for (let at = spoilt.length - 4 * 64; at < spoilt.length; at += 4) spoilt.writeFloatLE(Number.NaN, at)
  return spoilt
}

describe('a glimpse of what was rendered', () => {
  const region = { x0: 0, y0: 0, x1: 32, y1: 64 }
  const pixelsOf = async (file: string) => sharp(file).ensureAlpha().raw().toBuffer()

  it('is the last frame as its scene shows it, and changes nothing of the next', async () => {
    const file = fixture('tiny')
    const request = { method: 'render', params: { file, frames: [2, 3] } }
    const result = await render(request.params)
    const glimpse = async () =>
      previewAnswer.parse(await worker.call('glimpse', { subtask: request, result, size: 320 })).file
    const { frames } = await merge({ file, frames: [{ frame: 3, tiles: [{ file: result.frames[1]?.file ?? '' }] }] })
    const [shown, merged] = await Promise.all([pixelsOf(await glimpse()), pixelsOf(frames[0]?.file ?? '')])
    // Dithered the one, and not the other.
    expect(shown.every((value, at) => Math.abs(value - Number(merged[at])) <= 2)).toBe(true)
    const again = await render(request.params)
    expect(again.frames.map(({ sha256 }) => sha256)).toEqual(result.frames.map(({ sha256 }) => sha256))
  })

  it('shows a tile in its place', async () => {
    const params = { file: fixture('tiny'), frames: [3], region, margin: 2 }
    const result = await render(params)
    const { file } = previewAnswer.parse(
      await worker.call('glimpse', { subtask: { method: 'render', params }, result, size: 16 }),
    )
    const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([16, 16])
    const opaque = Array.from({ length: 16 }, (_, x) => data[4 * (8 * 16 + x) + 3] === 255)
    expect(opaque).toEqual(Array.from({ length: 16 }, (_, x) => x < 8))
  })
})

describe('a first look at what is to be rendered', () => {
  const asked = { sketch: true, frames: [3] }
  const sketchOf = async (params: { [key: string]: Json }, size = 32) =>
    (await worker.call('sketch', { subtask: { method: 'render', params }, size })) as { file: string; seconds: number }
  const glimpseOf = async (params: { [key: string]: Json }, size = 32) => {
    const subtask = { method: 'render', params }
    return previewAnswer.parse(await worker.call('glimpse', { subtask, result: await render(params), size })).file
  }
  const pixelsOf = async (file: string) => sharp(file).ensureAlpha().raw().toBuffer()

  it.each([
    ['a frame', {}],
    ['a tile in its place', { region: { x0: 60, y0: 24, x1: 132, y1: 120 } }],
  ])('shows small what many samples give: %s', async (_, part) => {
    const resolution = { x: 192, y: 192, percentage: 100 }
    const params = { file: fixture('tiny'), ...asked, resolution, samples: 32, ...part }
    const { file, seconds } = await sketchOf(params)
    const [first, last] = await Promise.all([pixelsOf(file), pixelsOf(await glimpseOf(params))])
    expect(first).toHaveLength(4 * 32 * 32)
    const off = first.map((value, at) => Math.abs(value - Number(last[at])))
    expect(off.reduce((sum, value) => sum + value, 0) / off.length).toBeLessThan(2)
    expect(await readdir(dirname(file))).toEqual(['preview.png'])
    expect(await sharp((await sketchOf(params, 320)).file).metadata()).toMatchObject({ width: 64, height: 64 })
    expect(seconds).toBeGreaterThan(0)
  })

  it('is not made where the request does not say that it takes little', async () => {
    expect(await sketchOf({ file: fixture('tiny'), frames: [3] })).toEqual({ file: null, seconds: 0 })
  })

  it('changes no byte of what is rendered after it, whatever a scene could keep between renders', async () => {
    const diced = join(worker.folder, 'diced.blend')
    await changeTiny(diced, DICED)
    const never = await startWorker()
    try {
      for (const file of [diced, ...['adaptive', 'passes', 'layer-samples'].map(fixture)]) {
        for (const part of [{}, { region: middle, margin: 4, samples: 24, frames: [3, 4] }]) {
          const params = { file, ...asked, ...part }
          await sketchOf(params)
          const after = await render(params)
          const without = (await never.call('render', params)) as Rendered
          expect(await bytesOf(after)).toEqual(await bytesOf(without))
        }
      }
    } finally {
      await never.close()
    }
  })
})

/** Hashes of whole files, but for when they were rendered and how long that took. */
const bytesOf = ({ frames }: Rendered): Promise<string[]> =>
  Promise.all(
    frames.map(async ({ file }) => {
      const bytes = (await readFile(file, 'latin1')).replace(/\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d|\d\d:\d\d\.\d\d/g, '')
      return createHash('sha256').update(bytes, 'latin1').digest('hex')
    }),
  )

describe('one process, many requests', () => {
  it('writes a movie as the file says, whatever was asked before', async () => {
    const file = join(worker.folder, 'film.blend')
    await changeTiny(file, FILM)
    const delivered = await render({ file, frames: [2] })
    const frames = [{ frame: 2, tiles: [{ file: fileOf(delivered) }] }]
    await merge({ file, format: 'png', frames })
    expect(await worker.call('merge', { file, frames })).toMatchObject({ movie: { name: '0002-0002.mp4' } })
    expect((await render({ file, scene: 'Bare', frames: [1] })).frames).toHaveLength(1)
  })

  it('renders the same pixels again after other files, crops, merges and calibrations', async () => {
    const tiny = fixture('tiny')
    const first = await render({ file: tiny, frames: [2] })
    await render({ file: fixture('passes'), frames: [1], samples: 3 })
    await render({ file: tiny, frames: [7], region: middle, samples: 2, denoise: 'off' })
    await merge({ file: tiny, format: 'mp4', frames: [{ frame: 2, tiles: [{ file: fileOf(first) }] }] })
    await worker.call('calibrate', {})
    const again = await render({ file: tiny, frames: [2] })
    expect(again.frames[0]?.sha256).toBe(first.frames[0]?.sha256)
  })
})

describe('inspect', () => {
  const failure = (name: string) => worker.call('inspect', { file: join(FIXTURES, name) }).catch(({ code }) => code)

  it('tells bad files apart', async () => {
    expect(await failure('nowhere.blend')).toBe('FILE_MISSING')
    expect(await failure('truncated.blend')).toBe('FILE_TRUNCATED')
    expect(await failure('newer.blend')).toBe('FILE_TOO_NEW')
    expect(await failure('sequence/steps/step_0001.png')).toBe('NOT_A_BLEND')
  })

  it.each([
    ['denoised', 'DENOISE_UNAVAILABLE'],
    ['eevee', 'ENGINE_NOT_CYCLES'],
    ['no-camera', 'NO_CAMERA'],
  ])('%s: %s', async (name, code) => {
    const answer = (await worker.call('inspect', { file: fixture(name) })) as { scenes: { refusals: Json[] }[] }
    expect(answer.scenes[0]?.refusals).toMatchObject([{ code }])
  })

  it('names every kind of file that a scene draws in, and who misses what is not there', async () => {
    const file = join(worker.folder, 'bare/scene.blend')
    await mkdir(join(worker.folder, 'bare'))
    await copyFile(fixture('assets/scene'), file)
    const { references } = (await worker.call('inspect', { file })) as {
      references: { kind: string; path: string; files: string[]; exists: boolean; usedBy: string[] }[]
    }
    const named = references.map(({ kind, path, usedBy }) => [kind, path, usedBy[0]])
    expect(named).toEqual(
      expect.arrayContaining([
        ['font', '//letters.ttf', expect.any(String)],
        ['volume', '//puff.vdb', expect.any(String)],
        ['cache', '//sheet.pc2', 'Sheet'],
        ['cache', '//blendcache_scene', 'Curtain'],
        ['image', '//checker.rgb', expect.any(String)],
      ]),
    )
    expect(references.filter(({ exists }) => exists)).toEqual([])
    const whole = (await worker.call('inspect', { file: fixture('assets/scene') })) as { missing: Json[] }
    expect(whole.missing).toEqual([])
  })

  it('warns of a limit in time that the grid does not keep', async () => {
    const { warnings } = (await worker.call('inspect', { file: fixture('time-limit') })) as {
      warnings: { code: string; message: string }[]
    }
    expect(warnings).toMatchObject([{ code: 'TIME_LIMIT', message: expect.stringContaining('0.001 s') }])
  })

  it('is asked again when files were added: what follows sees them', async () => {
    const folder = join(worker.folder, 'piecewise')
    await mkdir(join(folder, 'parts/textures'), { recursive: true })
    const add = (name: string) => copyFile(join(FIXTURES, 'linked', name), join(folder, name))
    const file = join(folder, 'scene.blend')
    for (const name of ['scene.blend', 'parts/ball.blend', 'parts/textures/checker.png']) {
      await add(name)
      await worker.call('inspect', { file })
    }
    const piecewise = await render({ file, frames: [2] })
    const original = await render({ file: fixture('linked/scene'), frames: [2] })
    expect(piecewise.frames[0]?.sha256).toBe(original.frames[0]?.sha256)
  })

  it('finds files anew where they were put, libraries and their own textures too', async () => {
    const folder = join(worker.folder, 'moved')
    await mkdir(join(folder, 'far/textures'), { recursive: true })
    await copyFile(fixture('linked/scene'), join(folder, 'scene.blend'))
    await copyFile(fixture('linked/parts/ball'), join(folder, 'far/ball.blend'))
    await copyFile(join(FIXTURES, 'linked/parts/textures/checker.png'), join(folder, 'far/textures/checker.png'))
    const remap = { [join(folder, 'parts/ball.blend')]: join(folder, 'far/ball.blend') }
    const moved = await render({ file: join(folder, 'scene.blend'), remap, frames: [2] })
    const original = await render({ file: fixture('linked/scene'), frames: [2] })
    expect(moved.frames[0]?.sha256).toBe(original.frames[0]?.sha256)
  })
})
