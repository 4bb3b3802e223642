import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { InputSource } from './input-source.ts'

const run = promisify(execFile)
/** A program is started for every question. */
const KEPT_MS = 500

/** macOS, by its registry of devices. @throws where that is not there */
export async function openMacInput(now: () => number = () => performance.now()): Promise<InputSource> {
  let kept: { idleMs: number; atMs: number } | null = null
  const idleMs = async (): Promise<number> => {
    if (kept === null || now() - kept.atMs > KEPT_MS) {
      const { stdout } = await run('ioreg', ['-c', 'IOHIDSystem', '-d', '4'], { timeout: 2_000 })
      kept = { idleMs: readHidIdleTime(stdout), atMs: now() }
    }
    return kept.idleMs + now() - kept.atMs
  }
  await idleMs()
  return { name: 'macOS', idleMs, close: () => undefined }
}

/** From `"HIDIdleTime" = 1234567890`, in nanoseconds. @throws where it is not told */
export function readHidIdleTime(text: string): number {
  const found = /"HIDIdleTime" = (\d+)/.exec(text)?.[1]
  if (found === undefined) throw new Error('ioreg tells no HIDIdleTime')
  return Number(found) / 1e6
}
