import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Runs Blender by hand, as a person would.
 *
 * @param home an existing folder; without one Blender crashes, and with a person's own it would load her settings
 * @throws {Error} with the end of what Blender said, when it fails
 */
export async function runBlender(args: readonly string[], home: string, signal: AbortSignal): Promise<void> {
  const child = spawn('blender', ['-b', '--disable-autoexec', ...args], {
    env: { ...process.env, HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  })
  let said = ''
  const keep = (chunk: string) => {
    said = (said + chunk).slice(-2000)
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`blender ${args.join(' ')} ended with ${code}:\n${said}`)
}
