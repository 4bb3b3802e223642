import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { missingPrograms } from './missing-programs.mjs'
import { remedyFor } from './remedy-for.mjs'
import { SetupError } from './SetupError.mjs'

const MANAGERS = ['apt-get', 'dnf', 'pacman', 'zypper', 'apk', 'brew']

/**
 * Installs Blender and an OCI runtime where it may: as root with apt.
 *
 * @returns {boolean} whether anything had to be done
 * @throws {SetupError} naming the exact command where somebody else has to run it
 */
export function installPrograms(say) {
  const manager = MANAGERS.find(isOnPath)
  const packages = missingPrograms(isThere, manager)
  if (packages.length === 0) return false
  const isRoot = process.getuid?.() === 0
  if (manager !== 'apt-get' || !isRoot) {
    throw new SetupError(remedyFor({ platform: process.platform, manager, isRoot, packages }))
  }
  say(`Installing ${packages.join(', ')} by apt (about a minute) ...`)
  const update = apt(['update'])
  const install = apt(['install', '-y', '--no-install-recommends', ...packages])
  if (install.status !== 0 || missingPrograms(isThere, manager).length > 0) {
    say(`${update.status === 0 ? '' : update.output}${install.output}`.trim())
    throw new SetupError(
      `apt did not install ${packages.join(', ')}, as said above. Mend that (often the network or a package source) and run this again.`,
    )
  }
  return true
}

function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
  const run = spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 2 ** 20,
  })
  return { status: run.status, output: `${run.stdout ?? ''}${run.stderr ?? ''}` }
}

const isThere = (commandOrFile) => (commandOrFile.startsWith('/') ? existsSync(commandOrFile) : isOnPath(commandOrFile))

/** Debian keeps runtimes in sbin folders, which an ordinary user's PATH lacks. */
function isOnPath(command) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  const names = process.platform === 'win32' ? [`${command}.exe`, `${command}.cmd`] : [command]
  return folders.some((folder) => folder !== '' && names.some((name) => isProgram(join(folder, name))))
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
