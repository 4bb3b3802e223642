import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Makes sure that a peer is here, and installs it where that is allowed: as root with apt.
 *
 * @param test a command that succeeds where the peer is here
 * @throws {Error} that says how to install it
 */
export async function providePeer(
  name: string,
  { test, debian }: { test: readonly [string, ...string[]]; debian: string },
  note: (line: string) => void,
): Promise<void> {
  if (await works(test)) return
  note(`installing ${debian}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['-q', 'install', '-y', '--no-install-recommends', debian], { env }).catch(() => {})
  if (!(await works(test))) throw new Error(`${name} is missing. Install it: sudo apt-get install ${debian}`)
}

const works = ([command, ...args]: readonly [string, ...string[]]): Promise<boolean> =>
  run(command, args).then(
    () => true,
    () => false,
  )
