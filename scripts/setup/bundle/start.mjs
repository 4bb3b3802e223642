// Imported before a program of ours, from beside the bundled packages: the program then loads a hundred files instead of
// two thousand. Where packages were installed since they were bundled, everything is as without it.
import { readFileSync, statSync } from 'node:fs'
import { registerHooks } from 'node:module'

const root = new URL('../../../', import.meta.url)
const { installedMs, packages } = JSON.parse(readFileSync(new URL('packages.json', import.meta.url), 'utf8'))

if (statSync(new URL('node_modules/.package-lock.json', root)).mtimeMs === installedMs) {
  const bundled = new Map()
  for (const [from, to] of Object.entries(packages)) {
    bundled.set(new URL(from, root).href, new URL(to, import.meta.url).href)
  }
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const found = nextResolve(specifier, context)
      const url = bundled.get(found.url)
      return url === undefined ? found : { ...found, url }
    },
  })
}
