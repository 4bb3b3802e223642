import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What Blender alone writes: `blender -b FILE -t 1 -f N`. Returns the path of the PNG. */
export async function renderPlainly(file: string, frame: number, folder: string): Promise<string> {
  const args = ['-b', '--factory-startup', file, '-t', '1', '-o', join(folder, 'plain_####'), '-f', `${frame}`]
  await promisify(execFile)('blender', args, { env: { PATH: process.env.PATH, HOME: folder } })
  return join(folder, `plain_${String(frame).padStart(4, '0')}.png`)
}
