import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** Blender prints a line for every step of a render. */
const MAX_OUTPUT_BYTES = 64 * 1024 ** 2

export type AloneOptions = {
  /** Where the pictures go. */
  folder: string
  /** What a person would have changed in the file before: Python, with `scene` in sight. */
  change?: string
  /** A scene of that name instead of the active one. */
  scene?: string
}

/**
 * What the same Blender alone gives: `blender -b FILE -t 1 -f N`, or all frames with `-a` where none is named. Names of files
 * are the file's own.
 *
 * @returns the folder
 */
export async function renderAlone(file: string, frames: readonly number[], options: AloneOptions): Promise<string> {
  const { folder, change = '', scene } = options
  await mkdir(folder, { recursive: true })
  const prepare = `
import bpy
scene = bpy.context.scene
scene.render.filepath = ${JSON.stringify(`${folder}/`)} + scene.render.filepath.rsplit("/", 1)[-1]
${change}`
  const chosen = scene === undefined ? [] : ['-S', scene]
  const asked = frames.length === 0 ? ['-a'] : ['-f', frames.join(',')]
  await blender(['-b', file, ...chosen, '-t', '1', '--python-exit-code', '1', '--python-expr', prepare, ...asked])
  return folder
}

/** Runs Blender as somebody who never changed a preference. @returns what it printed */
export async function blender(args: readonly string[], { home = '/nonexistent' } = {}): Promise<string> {
  const { stdout } = await run('blender', args, {
    env: { PATH: process.env.PATH, HOME: home },
    maxBuffer: MAX_OUTPUT_BYTES,
  })
  return stdout
}
