import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobDetail } from '@golem/api'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { differingValues, readExr } from './src/compare-pictures.ts'
import { fixture, makeScenes } from './src/make-scenes.ts'
import { type AloneOptions, blender, renderAlone } from './src/render-alone.ts'
import { type Grid, startGrid } from './src/start-grid.ts'

let grid: Grid
let scenes: Awaited<ReturnType<typeof makeScenes>>
let folders = 0
beforeAll(async () => {
  grid = await startGrid({ providers: 2 })
  scenes = await makeScenes(join(grid.folder, 'scenes'))
})
afterAll(() => grid?.stop())

const newFolder = (kind: string) => join(grid.folder, 'pictures', `${++folders}-${kind}`)

/** Renders over the grid. */
async function overGrid(file: string, args: readonly string[]): Promise<{ job: JobDetail; folder: string }> {
  const folder = newFolder('grid')
  const job = await grid.requestor.json<JobDetail>(['render', file, '--yes', '--out', folder, ...args])
  expect(job).toMatchObject({ state: 'done', problem: null })
  expect(job.subtasks.accepted).toBe(job.subtasks.total)
  return { job, folder }
}

const alone = (file: string, frames: readonly number[], options: Omit<AloneOptions, 'folder'> = {}) =>
  renderAlone(file, frames, { ...options, folder: newFolder('alone') })

/** The same names, and the same pixels in each. */
async function expectEqual(folder: string, expected: string): Promise<void> {
  const names = (await readdir(expected)).sort()
  expect(names.length).toBeGreaterThan(0)
  expect((await readdir(folder)).sort()).toEqual(names)
  for (const name of names)
    expect([name, await differingValues(join(folder, name), join(expected, name))]).toEqual([name, 0])
}

describe('a frame that came over the grid is what Blender alone gives, pixel for pixel', () => {
  it('whole frames, a range with a step and single ones', async () => {
    const { job, folder } = await overGrid(scenes.moving, ['--frames', '1-7,12', '--frame-step', '3'])
    expect(job.groups).toEqual({ total: 4, done: 4 })
    await expectEqual(folder, await alone(scenes.moving, [1, 4, 7, 12]))
  })

  it('frames cut into tiles', async () => {
    const { job, folder } = await overGrid(scenes.moving, ['--frames', '2,3', '--tiles', '2x2'])
    expect(job.subtasks.total).toBe(8)
    await expectEqual(folder, await alone(scenes.moving, [2, 3]))
    const small = await sharp(await grid.requestor.client.preview(job.id, 'frame-3')).metadata()
    expect(small).toMatchObject({ format: 'png', width: 64, height: 64 })
  })

  it.each([
    ['glare, blur and dither', 'compositing'],
    ['adaptive sampling', 'adaptive'],
    ['libraries and textures beside the file', 'linked/scene'],
    ['a font, smoke, a mesh cache, cloth baked to the disk and an old picture format', 'assets/scene'],
    // Alone, it would stop where this machine has got by then.
    ['a limit in time', 'time-limit', 'scene.cycles.time_limit = 0'],
  ])('%s, whole and in tiles', async (_, name, change?: string) => {
    const file = fixture(name)
    const expected = alone(file, [3], change === undefined ? {} : { change })
    const whole = await overGrid(file, ['--frames', '3', '--tiles', '1x1'])
    const tiles = await overGrid(file, ['--frames', '3', '--tiles', '3x2'])
    expect([whole.job.subtasks.total, tiles.job.subtasks.total]).toEqual([1, 6])
    await expectEqual(whole.folder, await expected)
    await expectEqual(tiles.folder, await expected)
  })

  it('an image sequence, and pictures outside the folder of the scene', async () => {
    const { folder } = await overGrid(scenes.steps, ['--frames', '1-3'])
    await expectEqual(folder, await alone(scenes.steps, [1, 2, 3]))
  })

  it('every pass of a multilayer OpenEXR', async () => {
    const file = fixture('passes')
    const change = `
scene.render.image_settings.file_format = "OPEN_EXR_MULTILAYER"
scene.render.image_settings.color_depth = "32"`
    const args = ['--frames', '5', '--tiles', '2x1', '--format', 'multilayer-exr']
    const [{ folder }, expected] = await Promise.all([overGrid(file, args), alone(file, [5], { change })])
    expect(await readdir(folder)).toEqual(await readdir(expected))
    const [ours, theirs] = await Promise.all([folder, expected].map((place) => readExr(join(place, '0005.exr'))))
    expect(theirs?.channels).toEqual(expect.arrayContaining(['Second.Mist.Z', 'ViewLayer.Normal.X']))
    expect(ours?.attributes).toEqual(theirs?.attributes)
    expect(theirs?.blocks.length).toBeGreaterThan(10_000)
    expect(ours && theirs && Buffer.compare(ours.blocks, theirs.blocks)).toBe(0)
  })
})

describe('what a person chooses', () => {
  const choices: [string, string[], Omit<AloneOptions, 'folder'>][] = [
    ['samples', ['--samples', '3'], { change: 'scene.cycles.samples = 3' }],
    ['a camera', ['--camera', 'Aside'], { change: 'scene.camera = bpy.data.objects["Aside"]' }],
    [
      'a view layer',
      ['--view-layer', 'Bare'],
      { change: 'for layer in scene.view_layers:\n    layer.use = layer.name == "Bare"' },
    ],
    ['a scene', ['--scene', 'Other'], { scene: 'Other' }],
    ['a resolution', ['--resolution', '50%'], { change: 'scene.render.resolution_percentage = 50' }],
  ]
  it.each(choices)('%s', async (_, args, options) => {
    const [{ folder }, chosen, plain] = await Promise.all([
      overGrid(scenes.choices, ['--frames', '6', ...args]),
      alone(scenes.choices, [6], options),
      alone(scenes.choices, [6]),
    ])
    await expectEqual(folder, chosen)
    const [name] = await readdir(plain)
    const [own] = await readdir(chosen)
    expect(await differingValues(join(chosen, own ?? ''), join(plain, name ?? ''))).not.toBe(0)
  })
})

describe('a movie', () => {
  it('of the frames, beside them', async () => {
    const { folder } = await overGrid(scenes.moving, ['--frames', '1-3', '--movie', 'mp4'])
    expect((await readdir(folder)).sort()).toEqual(['0001-0003.mp4', '0001.png', '0002.png', '0003.png'])
    expect(await movieOf(join(folder, '0001-0003.mp4'))).toEqual({ frames: 3, size: [64, 64] })
  })

  it('instead of frames, where the file asks for one, equal to what Blender alone writes', async () => {
    const [{ folder }, expected] = await Promise.all([overGrid(scenes.film, []), alone(scenes.film, [])])
    const [name = '', ...others] = await readdir(folder)
    expect([name, ...others]).toEqual(await readdir(expected))
    expect(await movieOf(join(folder, name))).toEqual({ frames: 6, size: [64, 64] })
    const pictures = await Promise.all([folder, expected].map((place) => unreel(join(place, name))))
    await expectEqual(pictures[0] ?? '', pictures[1] ?? '')
  })
})

/** What Blender reads of a movie. */
async function movieOf(path: string): Promise<unknown> {
  const told = await blender([
    ...['-b', '--factory-startup', '--python-exit-code', '1', '--python-expr'],
    `import bpy, json
clip = bpy.data.movieclips.load(${JSON.stringify(path)})
print("MOVIE" + json.dumps({"frames": clip.frame_duration, "size": list(clip.size)}))`,
  ])
  return JSON.parse(/^MOVIE(.*)$/m.exec(told)?.[1] ?? 'null')
}

/** The pictures of a movie, each as a file. @returns their folder */
async function unreel(path: string): Promise<string> {
  const folder = newFolder('reel')
  await blender([
    ...['-b', '--factory-startup', '--python-exit-code', '1', '--python-expr'],
    `import bpy
scene = bpy.context.scene
scene.sequence_editor_create()
strip = scene.sequence_editor.sequences.new_movie("Movie", ${JSON.stringify(path)}, 1, 1)
scene.frame_start, scene.frame_end = 1, strip.frame_final_duration
scene.render.resolution_x, scene.render.resolution_y = 64, 64
scene.render.image_settings.file_format = "PNG"
scene.render.filepath = ${JSON.stringify(`${folder}/`)}
bpy.ops.render.render(animation=True)`,
  ])
  return folder
}
