import type { Json } from '@golem/sdk'
import type { Parameters } from './parameters.ts'
import type { SceneReport } from './worker-answers.ts'

/** What render, check and merge all have to be told alike. */
export type Choices = { [key: string]: Json }

type Scope = { file: string; remap: Record<string, string>; scene: SceneReport; parameters: Parameters }

/** The person's choices in the words of the worker. */
export function choicesOf({ file, remap, scene, parameters }: Scope): Choices {
  const { camera, viewLayer, samples, denoise } = parameters
  const resolution = resolutionOf(parameters.resolution, scene)
  return {
    file,
    remap,
    scene: scene.name,
    ...(camera === undefined ? {} : { camera }),
    ...(viewLayer === undefined ? {} : { viewLayer }),
    ...(samples === undefined ? {} : { samples }),
    ...(denoise === undefined ? {} : { denoise }),
    ...(resolution === null ? {} : { resolution }),
  }
}

type Resolution = { x: number; y: number; percentage: number }

function resolutionOf(text: string | undefined, { resolution }: SceneReport): Resolution | null {
  if (text === undefined) return null
  if (text.endsWith('%')) return { x: resolution.x, y: resolution.y, percentage: Number(text.slice(0, -1)) }
  const [x = 0, y = 0] = text.split('x').map(Number)
  return { x, y, percentage: 100 }
}

/** Pixels of a frame, rounded down as Blender does. */
export function frameSize(text: string | undefined, scene: SceneReport): { width: number; height: number } {
  const { x, y, percentage } = resolutionOf(text, scene) ?? scene.resolution
  return { width: Math.floor((x * percentage) / 100), height: Math.floor((y * percentage) / 100) }
}
