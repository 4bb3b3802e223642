import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Interrupts } from './interrupts.ts'

const COMMAND = resolve(import.meta.dirname, '../../packages/cli/bin/golem.mjs')

/**
 * `golem render`, on this terminal: a person sees what the command shows, not an account of it. Ctrl-C is passed on, so
 * that the job is stopped cleanly.
 *
 * @returns its exit code; null where a signal ended it
 */
export async function runRender(home: string, args: readonly string[], interrupts: Interrupts): Promise<number | null> {
  const child = spawn(process.execPath, [COMMAND, '--home', home, 'render', ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    // Out of the terminal's foreground: one Ctrl-C must not reach it twice, because a second one means "leave at once".
    detached: true,
  })
  const release = interrupts.listen(() => void child.kill('SIGINT'))
  if (interrupts.count > 0) child.kill('SIGINT')
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    return code
  } finally {
    release()
  }
}
