// Bundles the packages that our programs import: `node scripts/setup/bundle/main.mjs ROOT FOLDER INSTALLED_MS`.
// A daemon loads two thousand files of others otherwise, which is half of what its start costs.
import { readFileSync, writeFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { join, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

const [ROOT, FOLDER, INSTALLED_MS] = process.argv.slice(2)

const OPTIONS = {
  platform: 'node',
  logLevel: 'silent',
  // As Node resolves: another file of the same package would be a second one beside it.
  resolve: { conditionNames: ['node', 'import', 'module-sync', 'default'], mainFields: ['main'] },
}

/** The programs that start often. What only they load is bundled; the app host's few packages are not worth it. */
const PROGRAMS = [
  'cli/src/main.ts',
  'node/src/main.ts',
  'node/src/check.ts',
  'node/src/tool/main.ts',
  'chain/src/dev/main.ts',
]

/** A file's URL from the root of the repository. */
const urlOf = (file) => pathToFileURL(file).href.slice(pathToFileURL(ROOT).href.length + 1)

/** The files of packages that our own sources import. @returns {Promise<string[]>} */
async function importedFiles() {
  const files = new Set()
  const collect = {
    name: 'collect',
    async resolveId(source, importer) {
      if (importer === undefined) return null
      const found = await this.resolve(source, importer, { skipSelf: true })
      if (found === null || found.external || !found.id.split(sep).includes('node_modules')) return found
      files.add(found.id)
      return { id: source, external: true }
    },
  }
  const input = PROGRAMS.map((path) => join(ROOT, 'packages', path))
  const bundle = await rolldown({ ...OPTIONS, input, plugins: [collect] })
  await bundle.generate()
  await bundle.close()
  return [...files]
}

/** CommonJS stays where it is: under which names it exports is for Node to find out. */
function isModule(file) {
  if (!file.endsWith('.js')) return file.endsWith('.mjs')
  return JSON.parse(readFileSync(findPackageJSON(pathToFileURL(file)), 'utf8')).type === 'module'
}

/**
 * Bundles files together, so that what several of them import stands once.
 *
 * @returns {Promise<Record<string, string>>} the bundled file by the URL of each
 */
async function bundle(files) {
  const modules = new Map(files.filter(isModule).map((file, index) => [`${index}`, file]))
  const others = new Set(files.filter((file) => !isModule(file)))
  const stay = {
    name: 'stay',
    async resolveId(source, importer) {
      if (importer === undefined) return null
      const found = await this.resolve(source, importer, { skipSelf: true })
      const stays = found !== null && (others.has(found.id) || found.id.endsWith('.node'))
      return stays ? { id: found.id, external: true } : found
    },
    // A module that looks for files beside itself goes on looking where it was.
    transform(code, id) {
      if (!id.startsWith(ROOT) || !code.includes('import.meta.')) return null
      const own = `new URL(${JSON.stringify(`../../../${urlOf(id)}`)}, import.meta.url)`
      const path = (url) => `process.getBuiltinModule('node:url').fileURLToPath(${url})`
      return code
        .replaceAll('import.meta.url', `${own}.href`)
        .replaceAll('import.meta.filename', path(own))
        .replaceAll('import.meta.dirname', path(`new URL('.', ${own})`))
    },
  }
  const input = Object.fromEntries(modules)
  const bundled = await rolldown({ ...OPTIONS, input, preserveEntrySignatures: 'strict', plugins: [stay] })
  const { output } = await bundled.write({
    dir: FOLDER,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    // Names stay, for what an error says; what nobody reads goes.
    minify: { codegen: true, compress: false, mangle: false },
    paths: (id) => (id.startsWith(ROOT) ? relative(FOLDER, id).split(sep).join('/') : id),
  })
  await bundled.close()
  const entries = output.filter(({ isEntry }) => isEntry)
  return Object.fromEntries(entries.map(({ name, fileName }) => [urlOf(modules.get(name)), fileName]))
}

const packages = await bundle(await importedFiles())
writeFileSync(join(FOLDER, 'packages.json'), JSON.stringify({ installedMs: Number(INSTALLED_MS), packages }))
