import { AppError, type Group, type Plan, type Subtask } from '@golem/sdk'
import { areaOf, cutFrame, withMargin } from './cut-frame.ts'
import { CROPS } from './draw-sample.ts'
import { type Estimate, unitsOf } from './estimate.ts'
import { describeFrames } from './frames.ts'
import type { Inspection } from './inspection.ts'
import type { Parameters } from './parameters.ts'
import { subtaskParams } from './subtask-params.ts'

/** Light frames go together until a subtask takes so long, so that handing it over costs little. */
const RUN_SECONDS = 4
/**
 * No run becomes shorter than this. Runs get shorter towards the end, so that all cores end together, and each core's first
 * is as short: a picture is there soon, and everybody's speed is known before much is handed out.
 */
const SHORT_RUN_SECONDS = 1
/** A run takes this part of what is left, shared by the cores (guided self-scheduling, Polychronopoulos 1987). */
const RUN_SHARE = 1 / 1.5
/** A tile that takes less is not worth its preparation. */
const TILE_SECONDS = 4
/** Subtasks for each core, so that fast and slow machines end at the same time. */
const SUBTASKS_PER_CORE = 3
const MOST_TILES = 64
/** A provider's owner is shown a first look, with one sample, where that takes no more than this of a subtask's time. */
const SKETCH_SHARE = 0.03

type Job = { parameters: Parameters; inspection: Inspection; estimate: Estimate; cores: number }

/** Cuts a job into runs of frames where they are many, and frames into tiles where they are few. */
export function split(job: Job): Plan {
  const grid = gridOf(job)
  const { subtasks, groups } = grid === null ? splitFrames(job) : splitTiles(job, grid)
  const finish = job.parameters.movie !== undefined || job.inspection.movieOnly
  return { subtasks, groups, finish, check: CROPS }
}

type Grid = { columns: number; rows: number }
type Cut = { subtasks: Subtask[]; groups: Group[] }

function gridOf({ parameters, inspection, estimate, cores }: Job): Grid | null {
  const { tiles, frames, width, height } = inspection
  if (parameters.tiles === '1x1') return null
  if (parameters.tiles !== 'auto') {
    if (!tiles.allowed) {
      throw new AppError({
        code: 'TILES_NOT_ALLOWED',
        message: `Frames of this scene cannot be cut: ${tiles.reason}.`,
        remedy: 'Leave --tiles out.',
      })
    }
    const [columns = 1, rows = 1] = parameters.tiles.split('x').map(Number)
    return { columns: Math.min(columns, width), rows: Math.min(rows, height) }
  }
  const wanted = Math.ceil((cores * SUBTASKS_PER_CORE) / frames.length)
  const worthwhile = Math.floor(estimate.sampleSeconds / Math.max(TILE_SECONDS, estimate.prepareSeconds))
  const count = Math.min(wanted, worthwhile, MOST_TILES)
  if (!tiles.allowed || count < 2) return null
  const rows = Math.max(1, Math.round(Math.sqrt((count * height) / width)))
  return { columns: Math.ceil(count / rows), rows }
}

function splitFrames({ inspection, estimate, cores }: Job): Cut {
  const { choices, frames } = inspection
  const units = unitsOf(estimate, 1)
  const runs = runsOf(frames, units / 1e6, cores)
  const cut = runs.map((part) => {
    const id = frameId(part)
    const label = `${part.length === 1 ? 'frame' : 'frames'} ${describeFrames(part)}`
    const subtaskUnits = units * part.length
    const sketched = sketchedIn({ inspection, estimate }, { share: 1, units: subtaskUnits })
    const request = { method: 'render', params: subtaskParams({ ...choices, frames: part, ...sketched }) }
    return {
      subtask: { id, group: id, label, request, units: subtaskUnits },
      group: { id, label, count: part.length },
    }
  })
  return { subtasks: cut.map(({ subtask }) => subtask), groups: cut.map(({ group }) => group) }
}

function runsOf(frames: readonly number[], frameSeconds: number, cores: number): number[][] {
  const longest = Math.max(1, Math.floor(RUN_SECONDS / frameSeconds))
  const shortest = Math.max(1, Math.floor(SHORT_RUN_SECONDS / frameSeconds))
  const runs: number[][] = []
  for (let at = 0; at < frames.length; ) {
    const fair = runs.length < cores ? 1 : Math.ceil(((frames.length - at) / cores) * RUN_SHARE)
    const length = Math.max(Math.min(fair, longest), Math.min(shortest, longest))
    runs.push(frames.slice(at, at + length))
    at += length
  }
  return runs
}

function splitTiles({ inspection, estimate }: Job, { columns, rows }: Grid): Cut {
  const { choices, frames, tiles, width, height } = inspection
  const regions = cutFrame({ width, height }, columns, rows)
  const groups = frames.map((frame) => ({ id: frameId([frame]), label: `frame ${frame}`, count: 1 }))
  const subtasks = frames.flatMap((frame) =>
    regions.map((region, index) => {
      const share = areaOf(withMargin(region, tiles.margin, { width, height })) / (width * height)
      const units = unitsOf(estimate, share)
      const sketched = sketchedIn({ inspection, estimate }, { share, units })
      const work = { ...choices, frames: [frame], region, margin: tiles.margin, ...sketched }
      return {
        id: `${frameId([frame])}-tile-${index + 1}`,
        group: frameId([frame]),
        label: `frame ${frame}, tile ${index + 1} of ${regions.length}`,
        request: { method: 'render', params: subtaskParams(work) },
        units,
      }
    }),
  )
  return { subtasks, groups }
}

/** Whether its worker makes a sketch where it is asked for one: the preparation is done for it too. */
function sketchedIn(
  { inspection: { samples }, estimate }: Pick<Job, 'inspection' | 'estimate'>,
  { share, units }: { share: number; units: number },
): { sketch?: true } {
  return unitsOf(estimate, share / samples) <= SKETCH_SHARE * units ? { sketch: true } : {}
}

const frameId = (frames: readonly number[]): string => {
  const [first = 0] = frames
  const last = frames.at(-1) ?? first
  return frames.length === 1 ? `frame-${first}` : `frames-${first}-${last}`
}
