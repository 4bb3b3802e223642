import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const SCRIPTS = join(dirname(fileURLToPath(import.meta.url)), 'bundle')
/** Whatever names a package in an import. */
const IMPORT = /(?:from|import)[ (]+'([^.'][^']*)'/g

/**
 * Bundles what our programs import of others, so that they start in half of the time (bundle/start.mjs). Done anew where
 * packages were installed, or other ones are imported. Without it everything works, only later: a failure is told and no
 * more.
 *
 * @returns {boolean} whether anything had to be done
 */
export function bundlePackages(root, say) {
  if (!existsSync(join(root, 'packages'))) return false
  const cache = join(root, 'node_modules', '.cache')
  const target = join(cache, 'golem-packages')
  const installedMs = statSync(join(root, 'node_modules', '.package-lock.json')).mtimeMs
  const key = keyOf(root, installedMs)
  if (existsSync(join(target, key))) return false
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'packages-'))
  try {
    const run = spawnSync('node', [join(SCRIPTS, 'main.mjs'), root, folder, String(installedMs)], {
      encoding: 'utf8',
      stdio: ['ignore', 'inherit', 'pipe'],
      env: envOf(root),
    })
    if (run.status !== 0) {
      say(`Packages could not be bundled, so programs start later: ${run.error?.message ?? run.stderr}`)
      return false
    }
    copyFileSync(join(SCRIPTS, 'start.mjs'), join(folder, 'start.mjs'))
    writeFileSync(join(folder, key), '')
    rmSync(target, { recursive: true, force: true })
    renameSync(folder, target)
    compile(root, cache, target)
    return true
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Fills the cache of compiled code (packages/cli/bin/golem.mjs), so that already the first start finds it. */
function compile(root, cache, target) {
  spawnSync('node', [join(SCRIPTS, 'compile.mjs'), root, pathToFileURL(join(target, 'start.mjs')).href], {
    stdio: 'ignore',
    env: { ...envOf(root), NODE_COMPILE_CACHE: join(cache, 'golem') },
  })
}

/** The clone's own Node first, where there is one: the bundler asks for a newer one than the set-up. */
function envOf(root) {
  return { ...process.env, PATH: join(root, 'node_modules', '.bin') + delimiter + process.env.PATH }
}

/** Changes with what is installed, what is imported, and how it is bundled. */
function keyOf(root, installedMs) {
  /** @type {Set<string>} */
  const imports = new Set()
  for (const room of readdirSync(join(root, 'packages'))) {
    const sources = join(root, 'packages', room, 'src')
    if (!existsSync(sources)) continue
    for (const name of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue
      const code = readFileSync(join(sources, name), 'utf8')
      for (const [, specifier] of code.matchAll(IMPORT)) imports.add(`${room} ${specifier}`)
    }
  }
  const hash = createHash('sha256').update(JSON.stringify([installedMs, [...imports].toSorted()]))
  for (const script of readdirSync(SCRIPTS).toSorted()) hash.update(readFileSync(join(SCRIPTS, script)))
  return `key-${hash.digest('hex').slice(0, 16)}`
}
