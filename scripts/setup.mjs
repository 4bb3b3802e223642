// Brings a bare clone to where `npm test` and `npm run demo` work, and costs a moment where it is there already.
// Plain JavaScript over Node's own modules: it runs before anything is installed, and on Node 20.
import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildApp } from './setup/build-app.mjs'
import { bundlePackages } from './setup/bundle-packages.mjs'
import { installPackages } from './setup/install-packages.mjs'
import { installPrograms } from './setup/install-programs.mjs'
import { SetupError } from './setup/SetupError.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const quiet = process.argv.includes('--quiet')
// Standard output belongs to what runs after the set-up (a benchmark's JSON lines, for instance).
const say = (line) => process.stderr.write(`${line}\n`)

try {
  const changed = [
    installPackages(root, say),
    bundlePackages(root, say),
    installPrograms(say),
    buildApp(root, say),
  ].some(Boolean)
  // What was written goes to the disk now: a node that waits for its own few pages would wait for all of these first.
  if (changed) spawnSync('sync')
  if (!quiet) say(changed ? 'Set-up is complete.' : 'Everything is set up.')
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  say(error.message)
  process.exitCode = 1
}
