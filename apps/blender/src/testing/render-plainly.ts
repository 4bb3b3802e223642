import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * What Blender alone writes: `blender -b FILE -t 1 -f N`. Returns the path of the PNG.
 *
 * @param change Python that changes `scene` before
 */
export async function renderPlainly(file: string, frame: number, folder: string, change = ''): Promise<string> {
  const python = ['--python-expr', `import bpy; scene = bpy.context.scene; ${change}`]
  const args = ['-b', '--factory-startup', file, ...(change === '' ? [] : python), '-t', '1']
  args.push('-o', join(folder, 'plain_####'), '-f', `${frame}`)
  await promisify(execFile)('blender', args, { env: { PATH: process.env.PATH, HOME: folder } })
  return join(folder, `plain_${String(frame).padStart(4, '0')}.png`)
}
