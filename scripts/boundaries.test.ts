import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const ROOMS = [
  ...[
    'protocol',
    'market',
    'ports',
    'chain',
    'network',
    'storage',
    'sandbox',
    'surroundings',
    'roles',
    'api',
    'node',
    'sdk',
    'cli',
  ].map((name) => `packages/${name}`),
  'apps/blender',
  'apps/sweep',
  'contracts',
  'web',
  'e2e',
]
const nameOf = (room: string) => `@golem/${room.replace('packages/', '').replace('apps/', 'app-')}`

/** What stands and may stand: the arrows of the house, each used once. */
const SOUND: Record<string, string> = {
  'packages/market/src/index.ts': "export * from '@golem/protocol'",
  'packages/ports/src/index.ts': "export * from '@golem/protocol'\nexport * from 'zod'",
  'packages/ports/src/compliance/index.ts': "export * from 'vitest'\nexport * from 'node:fs'",
  'packages/chain/src/index.ts':
    "export * from '@golem/contracts'\nexport * from '@golem/ports'\nexport * from 'node:net'",
  'packages/chain/src/index.test.ts': "import 'vitest'\nimport './index.ts'\nimport '@golem/ports/compliance'",
  'packages/network/src/index.ts': "export * from './node/listen.ts'",
  'packages/network/src/node/listen.ts': "import 'node:net'",
  'packages/roles/src/index.ts': "export * from '@golem/market'\nexport * from '@golem/ports'",
  // One half of a cycle of types; the other is planted, and it is reported once.
  'packages/roles/src/two.ts': "import type { One } from './one.ts'\nexport type Two = One | 2",
  'packages/node/src/index.ts':
    "export * from '@golem/roles'\nexport * from '@golem/chain'\nexport * from '@golem/api'",
  'packages/storage/src/disk/index.ts': "import 'node:fs'",
  'packages/sdk/src/index.ts': "export * from '@golem/api'",
  'packages/node/src/fixture/app.ts': "import '@golem/sdk'",
  'packages/cli/src/run.test.ts': "import '@golem/node'",
  'packages/cli/src/index.ts': "export * from '@golem/api'",
  'apps/blender/src/index.ts': "export * from '@golem/sdk'\nexport * from './split.ts'",
  'apps/blender/src/split.ts': 'export const split = 1',
  'e2e/whole.test.ts': "import 'vitest'\nimport '@golem/node'",
}

/** One violation a file, each with the rule that has to see it. */
const PLANTED: { file: string; text: string; rule: string }[] = [
  { file: 'contracts/src/up.ts', text: "import '@golem/protocol'", rule: 'arrows-of-contracts' },
  { file: 'packages/protocol/src/up.ts', text: "import '@golem/market'", rule: 'arrows-of-protocol' },
  { file: 'packages/market/src/up.ts', text: "import '@golem/ports'", rule: 'arrows-of-market' },
  {
    file: 'packages/ports/src/up.ts',
    text: "import type { A } from '@golem/market'\nexport type B = A",
    rule: 'arrows-of-ports',
  },
  { file: 'packages/chain/src/beside.ts', text: "import '@golem/network'", rule: 'arrows-of-chain' },
  { file: 'packages/network/src/beside.ts', text: "import '@golem/storage'", rule: 'arrows-of-network' },
  { file: 'packages/storage/src/beside.ts', text: "import '@golem/sandbox'", rule: 'arrows-of-storage' },
  { file: 'packages/sandbox/src/beside.ts', text: "import '@golem/chain'", rule: 'arrows-of-sandbox' },
  { file: 'packages/surroundings/src/beside.ts', text: "import '@golem/sandbox'", rule: 'arrows-of-surroundings' },
  { file: 'packages/roles/src/adapter.ts', text: "import '@golem/chain'", rule: 'arrows-of-roles' },
  { file: 'packages/api/src/up.ts', text: "import '@golem/node'", rule: 'arrows-of-api' },
  { file: 'packages/node/src/up.ts', text: "import '@golem/cli'", rule: 'arrows-of-node' },
  { file: 'packages/sdk/src/up.ts', text: "import '@golem/roles'", rule: 'arrows-of-sdk' },
  { file: 'packages/cli/src/daemon.ts', text: "await import('@golem/node')", rule: 'arrows-of-cli-but-tests' },
  { file: 'packages/cli/src/roles.ts', text: "import '@golem/roles'", rule: 'arrows-of-cli' },
  { file: 'packages/node/src/apps.ts', text: "import '@golem/sdk'", rule: 'arrows-of-node-but-tests' },
  { file: 'apps/blender/src/node.ts', text: "import '@golem/node'", rule: 'arrows-of-apps' },
  { file: 'apps/blender/src/beside.ts', text: "import '@golem/app-sweep'", rule: 'arrows-of-apps' },
  { file: 'web/src/node.ts', text: "import '@golem/sdk'", rule: 'arrows-of-web' },
  { file: 'packages/cli/src/e2e.ts', text: "import '../../../e2e/case.ts'", rule: 'arrows-of-cli' },
  { file: 'packages/roles/src/inside.ts', text: "import '../../market/src/index.ts'", rule: 'through-exports' },
  { file: 'packages/roles/src/past-exports.ts', text: "import '@golem/market/src/index.ts'", rule: 'resolvable' },
  { file: 'packages/roles/src/nowhere.ts', text: "import './not-there.ts'", rule: 'resolvable' },
  { file: 'packages/roles/src/file.ts', text: "import 'node:fs'", rule: 'pure-rooms' },
  { file: 'packages/protocol/src/file.ts', text: "import 'fs'", rule: 'pure-rooms' },
  { file: 'packages/ports/src/memory/file.ts', text: "import 'node:path'", rule: 'pure-rooms' },
  { file: 'packages/storage/src/blocks/file.ts', text: "import 'node:fs'", rule: 'pure-rooms' },
  { file: 'packages/network/src/file.ts', text: "import 'node:net'", rule: 'pure-rooms' },
  { file: 'packages/network/src/listen.ts', text: "import './node/listen.ts'", rule: 'network-in-a-page' },
  { file: 'packages/sdk/src/undeclared.ts', text: "import 'viem'", rule: 'declared' },
  { file: 'packages/sdk/src/tool.ts', text: "import 'vitest'", rule: 'no-test-tools' },
  { file: 'packages/chain/src/tests.ts', text: "import './index.test.ts'", rule: 'no-tests' },
  {
    file: 'packages/roles/src/one.ts',
    text: "import type { Two } from './two.ts'\nexport type One = Two | 1",
    rule: 'no-cycles',
  },
]

let house: string
let found: { rule: string; file: string }[]

beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), 'golem-boundaries-'))
  await build(house)
  found = await violations(house)
})
afterAll(() => rm(house, { recursive: true, force: true }))

test.each(PLANTED)('$rule is seen in $file', ({ file, rule }) => {
  expect(found.filter((violation) => violation.file === file).map((violation) => violation.rule)).toContain(rule)
})

test('every rule of the house has a violation planted', async () => {
  const config = (await import(pathToFileURL(join(root, '.dependency-cruiser.mjs')).href)) as {
    default: { forbidden: { name: string }[] }
  }
  const rules = config.default.forbidden.map(({ name }) => name)
  expect([...new Set(PLANTED.map(({ rule }) => rule))].toSorted()).toEqual(rules.toSorted())
})

test('sound imports are left alone', () => {
  const planted = new Set(PLANTED.map(({ file }) => file))
  expect(found.filter(({ file }) => !planted.has(file))).toEqual([])
})

async function build(folder: string): Promise<void> {
  const files: Record<string, string> = { 'e2e/case.ts': 'export {}', ...SOUND }
  for (const room of ROOMS) {
    files[`${room}/package.json`] = JSON.stringify({
      name: nameOf(room),
      type: 'module',
      exports: { '.': './src/index.ts', './compliance': './src/compliance/index.ts' },
      dependencies: { zod: '1.0.0' },
    })
    files[`${room}/src/index.ts`] ??= 'export {}'
  }
  for (const tool of ['zod', 'viem', 'vitest']) {
    files[`node_modules/${tool}/package.json`] = JSON.stringify({ name: tool, type: 'module', exports: './index.js' })
    files[`node_modules/${tool}/index.js`] = 'export {}'
  }
  for (const { file, text } of PLANTED) files[file] = text
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), `${text}\n`)
  }
  await mkdir(join(folder, 'node_modules/@golem'))
  for (const room of ROOMS) await symlink(join(folder, room), join(folder, 'node_modules', nameOf(room)))
}

async function violations(folder: string): Promise<{ rule: string; file: string }[]> {
  const cruiser = join(root, 'node_modules/.bin/depcruise')
  const args = [
    cruiser,
    '--config',
    join(root, '.dependency-cruiser.mjs'),
    '-T',
    'json',
    'packages',
    'apps',
    'contracts',
    'web',
    'e2e',
  ]
  // The JSON reporter exits 0 however much it found.
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 26 })
  const report = JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } }
  return report.summary.violations.map(({ from, rule }) => ({ rule: rule.name, file: from }))
}
