import { z } from 'zod'

/** What the Blender process answers (worker/README.md). It opened a stranger's file, so its answers are checked too. */

const region = z.object({ x0: z.int(), y0: z.int(), x1: z.int(), y1: z.int() })
export type Region = z.infer<typeof region>

const coded = z.object({ code: z.string(), message: z.string() })

const view = z.object({
  device: z.string(),
  transform: z.string(),
  look: z.string(),
  exposure: z.number(),
  gamma: z.number(),
})
export type View = z.infer<typeof view>

const scene = z.object({
  name: z.string(),
  frameStart: z.int(),
  frameEnd: z.int(),
  frameStep: z.int(),
  fps: z.number(),
  resolution: z.object({
    x: z.int().positive(),
    y: z.int().positive(),
    percentage: z.int().positive(),
    width: z.int().nonnegative(),
    height: z.int().nonnegative(),
  }),
  engine: z.string(),
  samples: z.int().positive(),
  adaptiveSampling: z.object({ on: z.boolean() }),
  denoise: z.boolean(),
  renderRegion: z.boolean(),
  camera: z.string().nullable(),
  cameras: z.array(z.string()),
  viewLayers: z.array(
    z.object({ name: z.string(), used: z.boolean(), passes: z.array(z.string()), samples: z.int().positive() }),
  ),
  compositing: z.array(z.string()),
  output: z.object({ fileFormat: z.string(), movie: z.boolean(), firstName: z.string() }),
  tiles: z.object({
    allowed: z.boolean(),
    /** By the most samples that each is known to do for; null: none is needed. */
    margins: z.array(z.object({ samples: z.int(), margin: z.int() })).nullable(),
    reason: z.string().nullable(),
  }),
  view,
  unbaked: z.array(z.object({ kind: z.string(), object: z.string() })),
  refusals: z.array(coded),
})
export type SceneReport = z.infer<typeof scene>

const reference = z.object({
  kind: z.string(),
  name: z.string(),
  path: z.string(),
  resolved: z.string(),
  files: z.array(z.string()),
  owner: z.string().nullable(),
  exists: z.boolean(),
  usedBy: z.array(z.string()),
})
export type Reference = z.infer<typeof reference>

export const inspectAnswer = z.object({
  savedBy: z.string(),
  activeScene: z.string(),
  scenes: z.array(scene).min(1),
  references: z.array(reference).max(100_000),
  warnings: z.array(coded),
})
export type InspectAnswer = z.infer<typeof inspectAnswer>

export const renderAnswer = z.object({ frames: z.array(z.object({ frame: z.int(), cpuSeconds: z.number() })).min(1) })

/** The files that were rendered here, and not by a provider. */
export const sketchAnswer = z.object({ frames: z.array(z.object({ file: z.string() })).min(1) })

export const checkAnswer = z.union([
  z.object({ mismatch: z.string() }),
  z.object({ equal: z.boolean(), changedFraction: z.number(), maxBlockError: z.number() }),
])

export const digestAnswer = z.union([z.object({ mismatch: z.string() }), z.object({ digest: z.string() })])

export type CheckAnswer = z.infer<typeof checkAnswer>

/** What File Output nodes of the compositor wrote. */
const others = z.array(z.string())
export const mergeAnswer = z.union([
  z.object({ frames: z.array(z.object({ frame: z.int(), file: z.string() })), others }),
  z.object({ movie: z.object({ file: z.string() }), others }),
])

export const tryOutputAnswer = z.union([z.object({ written: z.string() }), z.object({ failed: z.string() })])

export const previewAnswer = z.object({ file: z.string() })
