import type { Examination } from '@golem/api'

/** What the Blender application finds in a file (apps/blender/src/inspection.ts), as far as this page shows it. */
export type Scene = {
  frames: number[]
  width: number
  height: number
  samples: number
  /** Why a frame is not cut, where it is not. */
  tilesReason: string | null
  file: {
    savedBy: string
    scene: string
    camera: string | null
    engine: string
    fps: number
    format: string
    scenes: { name: string; cameras: string[]; viewLayers: string[] }[]
    frameStart: number
    frameEnd: number
    frameStep: number
    width: number
    height: number
    samples: number
    denoise: boolean
  } | null
  /** Core-seconds of the reference machine, of one frame as it was examined. */
  prepareSeconds: number
  sampleSeconds: number
}

export function sceneOf({ inspection, estimate }: Examination): Scene {
  const { frames, width, height, samples, tiles, file } = inspection as unknown as Omit<
    Scene,
    'file' | 'tilesReason'
  > & {
    tiles: { allowed: boolean; reason: string | null }
    file?: Scene['file']
  }
  const { prepareSeconds, sampleSeconds } = estimate as { prepareSeconds: number; sampleSeconds: number }
  const tilesReason = tiles.allowed ? null : tiles.reason
  return { frames, width, height, samples, tilesReason, file: file ?? null, prepareSeconds, sampleSeconds }
}
