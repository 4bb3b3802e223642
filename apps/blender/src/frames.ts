import { AppError } from '@golem/sdk'

/** A job has at most so many frames: an hour at 30 frames a second. */
export const MAX_FRAMES = 108_000
const RANGE = /^(\d{1,6})(?:-(\d{1,6}))?$/

/**
 * The frames of `1-24,30`, each once, in order; `step` thins out every range.
 *
 * @throws {AppError} `FRAMES_INVALID`
 * @example parseFrames('1-5,9', 2) // [1, 3, 5, 9]
 */
export function parseFrames(text: string, step: number): number[] {
  const found = new Set<number>()
  for (const part of text.split(',')) {
    const match = RANGE.exec(part.trim())
    if (/^-\d|--/.test(part.trim())) throw invalid('Frames begin at 0.')
    if (!match) throw invalid(`"${part.trim()}" is no frame and no range of frames.`)
    const first = Number(match[1])
    const last = match[2] === undefined ? first : Number(match[2])
    if (last < first) throw invalid(`The frames ${first}-${last} run backwards.`)
    for (let frame = first; frame <= last; frame += step) {
      found.add(frame)
      if (found.size > MAX_FRAMES) throw invalid(`These are more than ${MAX_FRAMES} frames.`)
    }
  }
  return [...found].sort((a, b) => a - b)
}

const invalid = (message: string) =>
  new AppError({ code: 'FRAMES_INVALID', message, remedy: 'Give them as in --frames 1-24 or --frames 1-24,30.' })

/** Frames as people write them: `1-8, 12`; a range only where the frames follow one another by `1`. */
export function describeFrames(frames: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const frame of frames) {
    const last = ranges.at(-1)
    if (last && last[1] + 1 === frame) last[1] = frame
    else ranges.push([frame, frame])
  }
  const shown = ranges.slice(0, 4).map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`))
  return ranges.length > 4 ? `${shown.join(', ')} and ${ranges.length - 4} more ranges` : shown.join(', ')
}
