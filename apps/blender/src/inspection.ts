import type { Choices } from './choices.ts'
import type { View } from './worker-answers.ts'

/** What the other functions need to know about the file. */
export type Inspection = {
  choices: Choices
  frames: number[]
  width: number
  height: number
  /** Of a pixel; where view layers have their own, their mean. */
  samples: number
  adaptive: boolean
  /** Whether frames may be cut, and why not. */
  tiles: Tiles
  view: View
  /** The file itself writes a movie, and no other format was asked for. */
  movieOnly: boolean
  /** What there is to choose from, for people. */
  file?: {
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
    /** As the file has them, without what was chosen. */
    width: number
    height: number
    samples: number
    denoise: boolean
  }
}

export type Tiles = { allowed: boolean; margin: number; reason: string | null }
