import { posix } from 'node:path'
import type { AppContext, InputFile, LaidInput, Problem } from '@golem/sdk'
import { type Choices, choicesOf, frameSize } from './choices.ts'
import { describeFrames, parseFrames } from './frames.ts'
import type { Parameters } from './parameters.ts'
import { placeReferences, SCENE_FOLDER } from './place-references.ts'
import { problemsOf } from './problems-of.ts'
import { type InspectAnswer, inspectAnswer, type SceneReport } from './worker-answers.ts'

/** What the other functions need to know about the file. */
export type Inspection = {
  choices: Choices
  frames: number[]
  width: number
  height: number
  samples: number
  adaptive: boolean
  tiles: { allowed: boolean; margin: number }
  /** The file itself writes a movie, and no other format was asked for. */
  movieOnly: boolean
}

/** Remapped libraries may bring references that have to be remapped. */
const MAX_REMAPS = 12

export const inputs = ({ file }: Parameters): InputFile[] => [
  { path: file, as: `${SCENE_FOLDER}/${posix.basename(file)}` },
]

type Found = { inspection: Inspection; needs: InputFile[]; problems: Problem[]; summary: string[] }

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
    const found = describe({ parameters, answer, file, remap, missing: placement.missing })
    if (needs.length > 0) return { ...found, needs }
    if (Object.keys(placement.remap).every((path) => path in remap)) return { ...found, needs }
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
}

function describe({ parameters, answer, file, remap, missing }: Scope): Omit<Found, 'needs'> {
  const wanted = parameters.scene ?? answer.activeScene
  const known = answer.scenes.find(({ name }) => name === wanted)
  const scene = known ?? (answer.scenes[0] as SceneReport)
  const frames = framesOf(parameters, scene)
  const { width, height } = frameSize(parameters.resolution, scene)
  const samples = parameters.samples ?? scene.samples
  const inspection: Inspection = {
    choices: choicesOf({ file, remap, scene, parameters }),
    frames,
    width,
    height,
    samples,
    adaptive: scene.adaptiveSampling.on,
    tiles: tilesOf(parameters, scene),
    movieOnly: scene.output.movie && parameters.format === undefined,
  }
  return {
    inspection,
    problems: problemsOf({ parameters, scene: known ?? null, scenes: answer.scenes, missing }),
    summary: [
      `${posix.basename(file)}, saved by Blender ${answer.savedBy}: scene ${scene.name}, ${frames.length === 1 ? 'frame' : 'frames'} ` +
        `${describeFrames(frames)}, ${width}x${height}, ${samples} ${samples === 1 ? 'sample' : 'samples'}${scene.adaptiveSampling.on ? ' at most' : ''}.`,
      'Rendered by Cycles on CPU.',
      ...(scene.compositing.length > 0 ? ['Compositing is applied when a frame is merged.'] : []),
      ...answer.warnings.map(({ message }) => message),
    ],
  }
}

const framesOf = ({ frames, frameStep }: Parameters, scene: SceneReport): number[] =>
  parseFrames(
    frames ?? `${scene.frameStart}-${scene.frameEnd}`,
    frameStep ?? (frames === undefined ? scene.frameStep : 1),
  )

/** Switching denoising off makes a frame fit for cutting. */
function tilesOf({ denoise }: Parameters, scene: SceneReport): { allowed: boolean; margin: number } {
  const freed = scene.denoise && denoise === 'off'
  if (!freed) return { allowed: scene.tiles.allowed, margin: scene.tiles.margin }
  return { allowed: !scene.renderRegion, margin: scene.adaptiveSampling.on ? ADAPTIVE_MARGIN : 0 }
}

/** As the worker says for adaptive sampling (worker/inspection.py). */
const ADAPTIVE_MARGIN = 4
