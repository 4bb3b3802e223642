import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { missingPackages } from './missing-packages.mjs'
import { SetupError } from './SetupError.mjs'

/** Native TypeScript is stable from here on. */
const RUNS_TYPESCRIPT = [24, 12]

/**
 * Installs the npm packages of the lock file, and with them a Node that runs TypeScript.
 *
 * @returns {boolean} whether anything had to be done
 * @throws {SetupError}
 */
export function installPackages(root, say) {
  if (!atLeast(process.versions.node, [20, 0])) {
    throw new SetupError(
      `Golem needs Node 20 or newer, and this is ${process.version}. Install one from https://nodejs.org.`,
    )
  }
  const lock = readJson(join(root, 'package-lock.json'))
  if (lock === undefined)
    throw new SetupError('package-lock.json is missing or damaged. Restore it with: git checkout package-lock.json')
  const platform = { os: process.platform, cpu: process.arch, libc: libc() }
  if (missingPackages(lock, installedIn(root), platform).length === 0) return false

  // The clone's own Node is about to be replaced: what installs comes from outside of it.
  const bin = join(root, 'node_modules', '.bin')
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== bin)
  const env = {
    ...process.env,
    PATH: path.join(delimiter),
    npm_config_update_notifier: 'false',
    npm_config_loglevel: 'notice', // .npmrc silences npm, and a failure has to be told
  }
  delete env.NODE_ENV // npm would leave the tools out for `production`
  const [command, ...args] = installer(nodeVersionOn(env), readJson(join(root, 'package.json')), platform)
  say('Installing npm packages (a minute or two the first time) ...')
  const run = spawnSync(command, args, {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 2 ** 20,
    shell: process.platform === 'win32', // npm is a .cmd there
  })
  if (run.error?.code === 'ENOENT') {
    throw new SetupError(`${command} is not on PATH. Install Node together with npm from https://nodejs.org.`)
  }
  if (run.status !== 0) {
    say(`${run.stdout ?? ''}${run.stderr ?? ''}${run.error?.message ?? ''}`.trim())
    throw new SetupError(
      'npm ci failed, as said above. Mend that (often the network or a full disk) and run this again.',
    )
  }
  const missing = missingPackages(lock, installedIn(root), platform)
  if (missing.length > 0) {
    // npm drops optional packages without a word where it finds their engines unfit.
    throw new SetupError(
      `npm left out ${missing.slice(0, 5).join(', ')}. Check that your npm registry has it, then run this again.`,
    )
  }
  return true
}

/** @returns {string[]} the command that installs under a Node that every package accepts */
function installer(nodeVersion, packageJson, platform) {
  if (nodeVersion !== undefined && atLeast(nodeVersion, RUNS_TYPESCRIPT)) return ['npm', 'ci']
  const name = `node-${platform.os}-${platform.cpu}`
  const version = packageJson?.optionalDependencies?.[name]
  if (version === undefined || platform.libc === 'musl') {
    throw new SetupError(
      `Golem runs on Node ${RUNS_TYPESCRIPT.join('.')} or newer, this machine has ${nodeVersion ?? 'none'}, and no npm package brings one for ${platform.os} ${platform.cpu}. Install it from https://nodejs.org and run this again.`,
    )
  }
  // Under an older Node npm would silently skip optional packages that ask for a newer one.
  return ['npx', '-y', '-p', `${name}@${version}`, '-c', 'npm ci']
}

/** npm's own record of what stands in node_modules. */
function installedIn(root) {
  return readJson(join(root, 'node_modules', '.package-lock.json')) ?? { packages: {} }
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

function nodeVersionOn(env) {
  const run = spawnSync('node', ['--version'], { env, encoding: 'utf8' })
  return run.status === 0 ? run.stdout.trim().slice(1) : undefined
}

function libc() {
  if (process.platform !== 'linux') return undefined
  return process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc'
}

function atLeast(version, [major, minor]) {
  const [ownMajor, ownMinor] = version.split('.').map(Number)
  return ownMajor > major || (ownMajor === major && ownMinor >= minor)
}
