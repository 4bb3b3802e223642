// Loads what our programs load, and so fills the cache of compiled code: `node scripts/setup/bundle/compile.mjs ROOT START`.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [root, start] = process.argv.slice(2)
const urlOf = (path) => pathToFileURL(join(root, path)).href
const { V8_OPTIONS } = await import(urlOf('packages/cli/src/cmds/up/spawn-daemon.ts'))

/** None of them does anything when it is loaded. What is compiled holds for the same options of V8 alone. */
const PROGRAMS = [
  { options: V8_OPTIONS, modules: ['packages/node/src/daemon/start-daemon.ts'] },
  {
    options: [],
    modules: [
      ...['packages/cli/src/run.ts', 'packages/chain/src/dev/run-keeper.ts'],
      ...['e2e/demo/run-demo.ts', 'e2e/demo/ledger.ts', 'e2e/demo/tell-outcome.ts'],
    ],
  },
]

for (const { options, modules } of PROGRAMS) {
  const code = [...modules.map((path) => `await import(${JSON.stringify(urlOf(path))})`), 'process.exit()'].join('\n')
  spawnSync(process.execPath, [...options, '--import', start, '--input-type=module', '-e', code], { stdio: 'ignore' })
}
