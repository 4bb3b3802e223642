import { describe, expect, it } from 'vitest'
import { areaOf } from './cut-frame.ts'
import type { Inspection } from './inspection.ts'
import { parameters } from './parameters.ts'
import { split } from './split.ts'
import { workOf } from './subtask-params.ts'

const inspection: Inspection = {
  choices: { file: '/in/project/scene/a.blend', remap: {}, scene: 'Scene' },
  frames: Array.from({ length: 24 }, (_, index) => index + 1),
  width: 640,
  height: 360,
  samples: 64,
  adaptive: false,
  tiles: { allowed: true, margin: 2, reason: null },
  view: { device: 'sRGB', transform: 'Filmic', look: 'None', exposure: 0, gamma: 1 },
  movieOnly: false,
}
const plain = parameters.parse({ file: '/a.blend' })
const light = { prepareSeconds: 0.2, sampleSeconds: 0.2 }
const heavy = { prepareSeconds: 1, sampleSeconds: 200 }

describe('split', () => {
  it('gives every frame to exactly one subtask', () => {
    const { subtasks } = split({ parameters: plain, inspection, estimate: light, cores: 2 })
    expect(subtasks.flatMap((subtask) => workOf(subtask).frames)).toEqual(inspection.frames)
  })
  it('puts light frames together, heavy ones not; the first of each core and the last are short', () => {
    const runs = split({ parameters: plain, inspection, estimate: light, cores: 2 }).groups.map(({ count }) => count)
    expect(runs).toEqual([2, 2, 7, 5, 3, 2, 2, 1])
    expect(split({ parameters: plain, inspection, estimate: heavy, cores: 2 }).subtasks).toHaveLength(24)
  })
  it('cuts few heavy frames into tiles that cover each of them once', () => {
    const single = { ...inspection, frames: [7] }
    const { subtasks, groups } = split({ parameters: plain, inspection: single, estimate: heavy, cores: 4 })
    expect(groups).toEqual([{ id: 'frame-7', label: 'frame 7', count: 1 }])
    expect(subtasks.length).toBeGreaterThanOrEqual(12)
    const areas = subtasks.map((subtask) => areaOf(workOf(subtask).region ?? { x0: 0, y0: 0, x1: 0, y1: 0 }))
    expect(areas.reduce((sum, area) => sum + area, 0)).toBe(640 * 360)
  })
  it('never cuts what must not be cut', () => {
    const fixed = { ...inspection, frames: [7], tiles: { allowed: false, margin: 0, reason: 'it looks at the whole' } }
    expect(split({ parameters: plain, inspection: fixed, estimate: heavy, cores: 4 }).subtasks).toHaveLength(1)
    const asked = { ...plain, tiles: '2x2' }
    expect(() => split({ parameters: asked, inspection: fixed, estimate: heavy, cores: 4 })).toThrow(
      expect.objectContaining({ code: 'TILES_NOT_ALLOWED' }),
    )
  })
  it('allows a first look where one sample and the preparation take little of the time, of runs and of tiles', () => {
    const cut = (change: Partial<Inspection>, estimate: typeof heavy) => {
      const { subtasks } = split({ parameters: plain, inspection: { ...inspection, ...change }, estimate, cores: 2 })
      return [subtasks.length, new Set(subtasks.map(({ request }) => Object(request.params).sketch === true))]
    }
    expect(cut({}, heavy)).toEqual([24, new Set([true])])
    expect(cut({ samples: 32 }, heavy)).toEqual([24, new Set([false])])
    expect(cut({}, { ...heavy, prepareSeconds: 10 })).toEqual([24, new Set([false])])
    // Of a tile the preparation takes a larger part than of its frame.
    expect(cut({ frames: [7] }, heavy)).toEqual([6, new Set([false])])
    expect(cut({ frames: [7] }, { ...heavy, prepareSeconds: 0.3 })).toEqual([6, new Set([true])])
  })
  it('cuts the same way again', () => {
    const job = { parameters: plain, inspection, estimate: light, cores: 3 }
    expect(split(job)).toEqual(split(job))
  })
  it('names subtasks so that they are unique', () => {
    const early = { ...inspection, frames: [0, 1, 10, 11] }
    const ids = split({ parameters: plain, inspection: early, estimate: heavy, cores: 1 }).subtasks.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[a-z0-9-]{1,60}$/)
  })
})
