import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Runs a program of the system. @returns what it printed. @throws {Error} with what it said */
export async function run(
  program: string,
  args: readonly string[],
  { input }: { input?: string } = {},
): Promise<string> {
  const running = execute(program, args)
  // a program that reads nothing may be gone before it is told that there is nothing
  running.child.stdin?.on('error', () => {}).end(input ?? '')
  const { stdout } = await running.catch((error: Error & { stderr?: string }) => {
    throw new Error(`${program} ${args.join(' ')}: ${error.stderr?.trim() || error.message}`)
  })
  return stdout
}
