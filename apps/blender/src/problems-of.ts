import type { Problem } from '@golem/sdk'
import type { Inspection } from './inspection.ts'
import type { Parameters } from './parameters.ts'
import type { Reference, SceneReport } from './worker-answers.ts'

type Scope = {
  parameters: Parameters
  inspection: Pick<Inspection, 'frames' | 'width' | 'height' | 'movieOnly'>
  /** null: the file has no scene of that name. */
  scene: SceneReport | null
  scenes: readonly SceneReport[]
  missing: readonly Reference[]
  withheld: readonly Reference[]
}

const MOST_NAMED = 5

/** Everything that keeps the file off the grid, before anything is spent. */
export function problemsOf({ parameters, inspection, scene, scenes, missing, withheld }: Scope): Problem[] {
  if (scene === null) {
    return [
      unknown(
        'scene',
        parameters.scene,
        scenes.map(({ name }) => name),
        '--scene',
      ),
    ]
  }
  return [
    ...scene.refusals.filter(({ code }) => !isLifted(code, parameters)),
    ...unknownChoices(parameters, scene),
    ...emptySize(inspection),
    ...unevenMovie(parameters, inspection),
    ...scene.unbaked.slice(0, MOST_NAMED).map(({ kind, object }) => ({
      code: 'SIMULATION_UNBAKED',
      message: `The ${kind} simulation of "${object}" is not baked, so single frames of it cannot be rendered.`,
      remedy: 'Bake it in Blender (Physics Properties, Cache) and save.',
    })),
    ...absent(missing, MISSING),
    ...absent(withheld, WITHHELD),
  ]
}

const isLifted = (code: string, { denoise, camera }: Parameters): boolean =>
  (code === 'DENOISE_UNAVAILABLE' && denoise === 'off') || (code === 'NO_CAMERA' && camera !== undefined)

function unknownChoices({ camera, viewLayer }: Parameters, scene: SceneReport): Problem[] {
  const layers = scene.viewLayers.map(({ name }) => name)
  return [
    ...(camera === undefined || scene.cameras.includes(camera)
      ? []
      : [unknown('camera', camera, scene.cameras, '--camera')]),
    ...(viewLayer === undefined || layers.includes(viewLayer)
      ? []
      : [unknown('view layer', viewLayer, layers, '--view-layer')]),
  ]
}

const unknown = (what: string, name: string | undefined, known: readonly string[], option: string): Problem => ({
  code: 'CHOICE_UNKNOWN',
  message: `The file has no ${what} "${name}".`,
  remedy: `Choose with ${option}: ${known.map((each) => `"${each}"`).join(', ') || 'there is none'}.`,
})

const emptySize = ({ width, height }: Scope['inspection']): Problem[] =>
  width > 0 && height > 0
    ? []
    : [
        {
          code: 'SIZE_EMPTY',
          message: `A frame would have ${width}x${height} pixels.`,
          remedy: 'Choose a size with --resolution, such as 1920x1080.',
        },
      ]

/** A movie is one run of frames, written by Blender with one step between them. */
function unevenMovie({ movie }: Parameters, { frames, movieOnly }: Scope['inspection']): Problem[] {
  const [first = 0, second = first + 1] = frames
  const isEven = frames.every((frame, index) => frame === first + index * (second - first))
  if (isEven || (movie === undefined && !movieOnly)) return []
  return [
    {
      code: 'UNEVEN_MOVIE',
      message: 'A movie needs frames at even steps, and these are not.',
      remedy: movieOnly
        ? 'Choose a range such as --frames 1-24, or pictures with --format png.'
        : 'Choose a range such as --frames 1-24, or leave --movie out.',
    },
  ]
}

const MISSING = {
  code: 'FILES_MISSING',
  says: 'The file refers to what is not there',
  remedy: 'In Blender: File, External Data, Find Missing Files; or pack them into the file.',
}
const WITHHELD = {
  code: 'FILES_WITHHELD',
  says: 'The file refers to what is there and does not travel, as its kind is none that scenes use or it is hidden',
  remedy: 'Pack them into the file in Blender, or give them a usual ending in a folder that is not hidden.',
}

/** Sounds do not show in a picture, nor does what nothing uses. */
function absent(references: readonly Reference[], { code, says, remedy }: typeof MISSING): Problem[] {
  const needed = references.filter(
    ({ kind, usedBy }) => kind === 'library' || (kind !== 'sound' && kind !== 'other' && usedBy.length > 0),
  )
  if (needed.length === 0) return []
  const named = needed
    .slice(0, MOST_NAMED)
    .map(({ kind, path, usedBy }) => `${kind} ${path}${usedBy[0] ? ` (used by "${usedBy[0]}")` : ''}`)
  const more = needed.length > MOST_NAMED ? ` and ${needed.length - MOST_NAMED} more` : ''
  return [{ code, message: `${says}: ${named.join(', ')}${more}.`, remedy }]
}
