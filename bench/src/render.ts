import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { type Grid, startGrid } from '@golem/e2e'
import type { BenchmarkContext } from './benchmark.ts'
import { inTurn } from './in-turn.ts'
import { blenderAlone, byHand, type Scene } from './render/peers.ts'
import { beside, type Result } from './result.ts'

const scene = (name: string, lastFrame: number): Scene => ({
  file: resolve(import.meta.dirname, `../../apps/blender/scenes/${name}.blend`),
  firstFrame: 1,
  lastFrame,
})
/** Few frames of many samples, and many light frames. */
const SCENES = { heavy: scene('heavy', 16), light: scene('light', 240) }
const ROUNDS = 3
/** Of what the cores can do: checks, sandbox and payment may take the rest. */
const GOAL_RATIO = 0.9

/** Frames a minute over the grid, beside the limit of the machine and beside Blender alone. */
export async function* run({ note, signal }: BenchmarkContext): AsyncGenerator<Result> {
  const cores = availableParallelism()
  note(`one provider a core, ${cores} cores`)
  const grid = await startGrid({ providers: cores })
  try {
    for (const [name, shot] of Object.entries(SCENES)) {
      note(name)
      const seconds = await inTurn(
        {
          'the grid': () => overGrid(grid, shot, signal),
          'by hand': () => byHand(shot, cores, signal),
          'Blender alone': () => blenderAlone(shot, signal),
        },
        { rounds: ROUNDS, note: (line) => note(`  ${line} s`) },
      )
      const framesPerMin = (taken: number) => (60 * (shot.lastFrame - shot.firstFrame + 1)) / taken
      const ours = {
        name: `render ${name}`,
        value: framesPerMin(seconds['the grid']),
        unit: 'frames/min',
        better: 'higher',
      } as const
      const limit = { name: 'blender -b -t 1 by hand on each core', value: framesPerMin(seconds['by hand']) }
      yield beside(ours, limit, GOAL_RATIO)
      yield beside(ours, { name: 'blender -b alone', value: framesPerMin(seconds['Blender alone']) }, null)
    }
  } finally {
    await grid.stop()
  }
}

/** From the command to the last frame on disk, checked and paid. @returns seconds */
async function overGrid({ folder, requestor }: Grid, shot: Scene, signal: AbortSignal): Promise<number> {
  const out = await mkdtemp(join(folder, 'out-'))
  const frames = `${shot.firstFrame}-${shot.lastFrame}`
  const startedMs = performance.now()
  const args = ['render', shot.file, '--frames', frames, '--format', 'png', '--out', out, '--yes']
  const { code, stderr } = await requestor.golem(args, { signal })
  const seconds = (performance.now() - startedMs) / 1000
  const written = (await readdir(out)).filter((file) => file.endsWith('.png')).length
  const expected = shot.lastFrame - shot.firstFrame + 1
  if (code !== 0 || written !== expected) throw new Error(`${written} of ${expected} frames arrived: ${stderr}`)
  await rm(out, { recursive: true })
  return seconds
}
