import { posix } from 'node:path'
import type { AppContext, InputFile, LaidInput, Problem } from '@golem/sdk'
import { choicesOf, frameSize } from './choices.ts'
import { describeFrames, parseFrames } from './frames.ts'
import type { Inspection, Tiles } from './inspection.ts'
import { outputProblems } from './output-problems.ts'
import type { Parameters } from './parameters.ts'
import { placeReferences, SCENE_FOLDER } from './place-references.ts'
import { problemsOf } from './problems-of.ts'
import { type InspectAnswer, inspectAnswer, type SceneReport } from './worker-answers.ts'

/** Remapped libraries may bring references that have to be remapped. */
const MAX_REMAPS = 12

export const inputs = ({ file }: Parameters): InputFile[] => [
  { path: file, as: `${SCENE_FOLDER}/${posix.basename(file)}` },
]

type Found = {
  inspection: Inspection
  needs: InputFile[]
  problems: Problem[]
  summary: string[]
  framesPerSecond: number
}

/** Opens the .blend in the sandbox, names the files it needs, and refuses what could not be rendered faithfully. */
export async function inspect(
  context: Pick<AppContext, 'call'>,
  { parameters, inputs: laid }: { parameters: Parameters; inputs: LaidInput[] },
): Promise<Found> {
  const file = `/in/${laid[0]?.as}`
  let remap: Record<string, string> = {}
  for (let round = 0; round < MAX_REMAPS; round += 1) {
    const answer = inspectAnswer.parse(await context.call('inspect', { file, remap }))
    const placement = placeReferences(answer.references, laid)
    const needs = placement.files.filter(({ as }) => !laid.some((known) => known.as === as))
    const found = describe({
      parameters,
      answer,
      file,
      remap,
      missing: placement.missing,
      withheld: placement.withheld,
    })
    if (needs.length > 0) return { ...found, needs }
    if (Object.keys(placement.remap).every((path) => path in remap)) {
      if (found.problems.length > 0) return { ...found, needs }
      return { ...found, needs, problems: await outputProblems(context, parameters, found.inspection) }
    }
    remap = { ...remap, ...placement.remap }
  }
  throw new RangeError(`references of ${file} did not settle after ${MAX_REMAPS} rounds`)
}

type Scope = {
  parameters: Parameters
  answer: InspectAnswer
  file: string
  remap: Record<string, string>
  missing: InspectAnswer['references']
  withheld: InspectAnswer['references']
}

function describe({ parameters, answer, file, remap, missing, withheld }: Scope): Omit<Found, 'needs'> {
  const wanted = parameters.scene ?? answer.activeScene
  const known = answer.scenes.find(({ name }) => name === wanted)
  const scene = known ?? (answer.scenes[0] as SceneReport)
  const frames = framesOf(parameters, scene)
  const { width, height } = frameSize(parameters.resolution, scene)
  const samples = samplesOf(parameters, scene)
  const inspection: Inspection = {
    choices: choicesOf({ file, remap, scene, parameters }),
    frames,
    width,
    height,
    samples: samples.reduce((sum, count) => sum + count, 0) / samples.length,
    adaptive: scene.adaptiveSampling.on,
    tiles: tilesOf(parameters, scene, Math.max(...samples)),
    view: scene.view,
    movieOnly: scene.output.movie && parameters.format === undefined,
    file: aboutFile(answer, scene),
  }
  return {
    inspection,
    framesPerSecond: scene.fps,
    problems: problemsOf({ parameters, inspection, scene: known ?? null, scenes: answer.scenes, missing, withheld }),
    summary: [
      `${posix.basename(file)}, saved by Blender ${answer.savedBy}: scene ${scene.name}, ${frames.length === 1 ? 'frame' : 'frames'} ` +
        `${describeFrames(frames)}, ${width}x${height}, ${samplesWords(samples, scene.adaptiveSampling.on)}.`,
      'Rendered by Cycles on CPU.',
      ...(scene.compositing.length > 0 ? ['Compositing is applied when a frame is merged.'] : []),
      ...answer.warnings.map(({ message }) => message),
    ],
  }
}

const aboutFile = ({ savedBy, scenes }: InspectAnswer, scene: SceneReport): NonNullable<Inspection['file']> => ({
  savedBy,
  scene: scene.name,
  camera: scene.camera,
  engine: scene.engine,
  fps: scene.fps,
  format: scene.output.fileFormat,
  scenes: scenes.map(({ name, cameras, viewLayers }) => ({
    name,
    cameras,
    viewLayers: viewLayers.map((layer) => layer.name),
  })),
  frameStart: scene.frameStart,
  frameEnd: scene.frameEnd,
  frameStep: scene.frameStep,
  width: scene.resolution.width,
  height: scene.resolution.height,
  samples: scene.samples,
  denoise: scene.denoise,
})

const framesOf = ({ frames, frameStep }: Parameters, scene: SceneReport): number[] =>
  parseFrames(
    frames ?? `${scene.frameStart}-${scene.frameEnd}`,
    frameStep ?? (frames === undefined ? scene.frameStep : 1),
  )

/** Where a frame may be cut without a pixel of it changing. */
function tilesOf({ denoise }: Parameters, scene: SceneReport, samples: number): Tiles {
  const { allowed, margins, reason } = scene.tiles
  const whole = (why: string | null): Tiles => ({ allowed: false, margin: 0, reason: why })
  if (scene.denoise && denoise !== 'off') return whole('denoising looks at the whole frame')
  if (!allowed) return whole(reason)
  if (margins === null) return { allowed, margin: 0, reason }
  const known = margins.find((each) => samples <= each.samples)
  if (known) return { allowed, margin: known.margin, reason }
  return whole(`${reason}, and how far is known up to ${margins.at(-1)?.samples} samples only`)
}

/** Of each view layer that is rendered: one may have a number of its own, which `--samples` overrides. */
function samplesOf({ samples, viewLayer }: Parameters, scene: SceneReport): number[] {
  const rendered = scene.viewLayers.filter(({ name, used }) => (viewLayer === undefined ? used : name === viewLayer))
  if (samples !== undefined || rendered.length === 0) return [samples ?? scene.samples]
  return rendered.map((layer) => layer.samples)
}

function samplesWords(samples: readonly number[], adaptive: boolean): string {
  const [least, most] = [Math.min(...samples), Math.max(...samples)]
  const count = least === most ? `${most}` : `${least} to ${most} (by view layer)`
  return `${count} ${most === 1 ? 'sample' : 'samples'}${adaptive ? ' at most' : ''}`
}
