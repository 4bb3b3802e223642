import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from './SetupError.mjs'

/** What the built app is made of: where none of it has changed, nothing is built. */
const SOURCES = [
  'web/src',
  'web/public',
  'web/index.html',
  'web/vite.config.ts',
  'web/package.json',
  'packages/api/src/client',
  'packages/protocol/src/amount.ts',
  'packages/protocol/src/errors.ts',
  'package-lock.json',
]

/**
 * Builds the Golem App, which the daemon serves, where that was not done yet or something has changed.
 *
 * @returns {boolean} whether anything had to be done
 * @throws {SetupError}
 */
export function buildApp(root, say) {
  const web = join(root, 'web')
  if (!existsSync(join(web, 'package.json'))) return false
  const stamp = join(web, 'dist', '.built-from')
  const wanted = stampOf(root)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return false
  say('Building the Golem App ...')
  // Vite needs the clone's own Node, whichever runs this.
  const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`
  const run = spawnSync('node', [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: web,
    env: { ...process.env, PATH: path, NODE_ENV: 'production' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (run.status !== 0) {
    say(`${run.stdout ?? ''}${run.stderr ?? ''}${run.error?.message ?? ''}`.trim())
    throw new SetupError('The Golem App could not be built, as said above. Mend that and run this again.')
  }
  writeFileSync(stamp, wanted)
  return true
}

function stampOf(root) {
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    for (const file of filesIn(join(root, source))) hash.update(file.slice(root.length)).update(readFileSync(file))
  }
  return hash.digest('hex')
}

/** The path itself where it is a file. Sorted, so that every disk gives the same. */
function filesIn(path) {
  if (!existsSync(path)) return []
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort()
  } catch {
    return [path]
  }
}
