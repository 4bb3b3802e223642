import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runBlender } from './run-blender.ts'

export type Scene = { file: string; firstFrame: number; lastFrame: number }

/**
 * The limit: one single-threaded Blender per core, each with every n-th frame, so that none has the easy half.
 *
 * @returns seconds until the last frame is on disk
 */
export function byHand(scene: Scene, cores: number, signal: AbortSignal): Promise<number> {
  return timed(scene, async (out, home) => {
    const shares = Array.from({ length: cores }, (_, share) => {
      const range = ['-s', String(scene.firstFrame + share), '-e', String(scene.lastFrame), '-j', String(cores)]
      return [scene.file, '-t', '1', '-o', join(out, 'frame_####'), '-F', 'PNG', ...range, '-a']
    })
    await Promise.all(shares.map((args) => runBlender(args, home, signal)))
  })
}

/** Blender alone, with all cores on one frame after the other. @returns seconds until the last frame is on disk */
export function blenderAlone(scene: Scene, signal: AbortSignal): Promise<number> {
  return timed(scene, async (out, home) => {
    const range = ['-s', String(scene.firstFrame), '-e', String(scene.lastFrame)]
    await runBlender([scene.file, '-o', join(out, 'frame_####'), '-F', 'PNG', ...range, '-a'], home, signal)
  })
}

async function timed(scene: Scene, render: (out: string, home: string) => Promise<void>): Promise<number> {
  const out = await mkdtemp(join(tmpdir(), 'golem-bench-out-'))
  const home = await mkdtemp(join(tmpdir(), 'golem-bench-home-'))
  try {
    const startedMs = performance.now()
    await render(out, home)
    const seconds = (performance.now() - startedMs) / 1000
    // Blender ends with 0 for a scene without a camera, too.
    const frames = scene.lastFrame - scene.firstFrame + 1
    const written = (await readdir(out)).length
    if (written !== frames) throw new Error(`Blender wrote ${written} of ${frames} frames of ${scene.file}`)
    return seconds
  } finally {
    await rm(out, { recursive: true, force: true })
    await rm(home, { recursive: true, force: true })
  }
}
