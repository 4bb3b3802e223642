import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

/** Starts a program below this folder, which says a line when it is ready and runs until it is stopped. */
export async function startProgram(name: string, args: readonly string[]): Promise<{ pid: number; stop(): void }> {
  const program = resolve(import.meta.dirname, name)
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${name} ended with ${code}`)
    }),
  ])
  return { pid: child.pid ?? 0, stop: () => void child.kill() }
}
