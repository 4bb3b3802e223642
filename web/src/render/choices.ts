import type { AuditorsChoice, JobCheck } from '@golem/api'
import { TAKES_UNCHECKED } from '@golem/api/client'
import type { Scene } from './scene.ts'

/** What a person may say of a render, as it stands in the form. Empty texts leave it to the file. */
export type Choices = {
  frames: string
  frameStep: string
  /** `100`, or `custom`. */
  resolution: string
  width: string
  height: string
  samples: string
  format: 'file' | 'png' | 'exr' | 'multilayer-exr' | 'jpeg' | 'tiff'
  movie: 'none' | 'mp4' | 'webm'
  tiles: 'auto' | '1x1' | '2x2' | '3x3' | '4x4' | 'custom'
  /** `6x2`. */
  tilesText: string
  /**
   * How thoroughly is checked: as the application does, in more hidden parts of each frame, by several providers, everything
   * again; or nothing at all.
   */
  check: 'usual' | 'more' | 'replicas' | 'all' | 'none'
  /** Hidden parts of each frame, where more of them are looked at. */
  crops: number
  /** Providers who have to agree, and how many are asked at most. */
  agreeing: number
  copies: number
  auditors: AuditorsChoice
  camera: string
  viewLayer: string
  denoiseOff: boolean
  isPrivate: boolean
  /** GLM. Empty: half as much again as the estimate. */
  budget: string
  deadlineHours: string
  /** How long a first offer is waited for. Empty: as the daemon does. */
  patienceMinutes: string
  /** It waits for a person once its price is measured. */
  isAsked: boolean
  outDir: string
}

/** As the API bounds them; one hidden part is the usual. */
export const CROPS = { least: 2, most: 16 }
export const REPLICAS = { least: 2, most: 8 }

export const choicesFor = ({ frames, samples, file }: Scene, outDir: string): Choices => ({
  frames: file === null ? rangeOf(frames) : `${file.frameStart}-${file.frameEnd}`,
  frameStep: String(file?.frameStep ?? 1),
  resolution: '100',
  width: String(file?.width ?? ''),
  height: String(file?.height ?? ''),
  samples: String(Math.round(samples)),
  format: 'file',
  movie: 'none',
  tiles: 'auto',
  tilesText: '',
  check: 'usual',
  crops: 4,
  agreeing: 2,
  copies: 3,
  auditors: 'none',
  camera: file?.camera ?? '',
  viewLayer: '',
  denoiseOff: false,
  isPrivate: false,
  budget: '',
  deadlineHours: '24',
  patienceMinutes: '',
  isAsked: false,
  outDir,
})

const rangeOf = (frames: readonly number[]): string => `${frames[0] ?? 1}-${frames.at(-1) ?? 1}`

/** How many frames a range such as `1-24,30` names; null where it is none. */
export function countFrames(text: string, step: number): number | null {
  if (!/^\s*\d{1,6}(-\d{1,6})?(\s*,\s*\d{1,6}(-\d{1,6})?)*\s*$/.test(text) || step < 1) return null
  const frames = new Set<number>()
  for (const part of text.split(',')) {
    const [from = 0, to = from] = part.split('-').map(Number)
    for (let frame = from; frame <= to; frame += step) frames.add(frame)
  }
  return frames.size > 0 ? frames.size : null
}

export function sizeOf(choices: Choices, scene: Scene): { width: number; height: number } | null {
  const full = { width: scene.file?.width ?? scene.width, height: scene.file?.height ?? scene.height }
  if (choices.resolution !== 'custom') {
    const share = Number(choices.resolution) / 100
    return { width: Math.floor(full.width * share), height: Math.floor(full.height * share) }
  }
  const [width, height] = [Number(choices.width), Number(choices.height)]
  const isSide = (side: number) => Number.isInteger(side) && side >= 4 && side <= 65_536
  return isSide(width) && isSide(height) ? { width, height } : null
}

/** What is asked beyond the application's own check; undefined for nothing. */
export function checkOf({ check, crops, agreeing, copies }: Choices): JobCheck | undefined {
  switch (check) {
    case 'usual':
      return undefined
    case 'more':
      return { kind: 'crops', crops }
    case 'replicas':
      return { kind: 'replicate', copies, agreeing }
    case 'all':
      return { kind: 'exact' }
    case 'none':
      return { kind: 'none', said: TAKES_UNCHECKED }
  }
}

/** How a frame is cut, as the application reads it; null for what is none. */
export function tilesOf({ tiles, tilesText }: Pick<Choices, 'tiles' | 'tilesText'>): string | null {
  if (tiles !== 'custom') return tiles
  const text = tilesText.trim().toLowerCase().replace('×', 'x')
  return /^[1-9]\d?x[1-9]\d?$/.test(text) ? text : null
}

const MINUTE_MS = 60_000
const MOST_MINUTES = 24 * 60

/** undefined: as the daemon does; null for what is no time. */
export function patienceOf({ patienceMinutes }: Pick<Choices, 'patienceMinutes'>): number | null | undefined {
  if (patienceMinutes.trim() === '') return undefined
  const minutes = Number(patienceMinutes)
  return minutes > 0 && minutes <= MOST_MINUTES ? Math.max(1, Math.round(minutes * MINUTE_MS)) : null
}

/** Parameters of the job; what is as the file has it is left to the file. */
export function parametersOf(choices: Choices, { file, samples }: Scene): Record<string, string | number> {
  const { frames, frameStep, resolution, width, height, format, movie, camera, viewLayer, denoiseOff } = choices
  const tiles = tilesOf(choices) ?? 'auto'
  return {
    ...(frames.trim() === '' ? {} : { frames: frames.trim() }),
    ...(Number(frameStep) > 1 ? { frameStep: Number(frameStep) } : {}),
    ...(resolution === '100' ? {} : { resolution: resolution === 'custom' ? `${width}x${height}` : `${resolution}%` }),
    ...(choices.samples === '' || Number(choices.samples) === Math.round(samples)
      ? {}
      : { samples: Number(choices.samples) }),
    ...(format === 'file' ? {} : { format }),
    ...(movie === 'none' ? {} : { movie }),
    ...(tiles === 'auto' ? {} : { tiles }),
    ...(camera === '' || camera === file?.camera ? {} : { camera }),
    ...(viewLayer === '' ? {} : { viewLayer }),
    ...(denoiseOff ? { denoise: 'off' } : {}),
  }
}
