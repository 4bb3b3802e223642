import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bundlePackages } from './bundle-packages.mjs'

const PROGRAM = `
import { Thing, where, whence } from 'thing'
import { makeThing } from 'maker'
import old from 'old'
console.log(JSON.stringify({ same: makeThing() instanceof Thing, where, whence, old: old.name }))
`
const FILES = {
  'node_modules/.package-lock.json': '{}',
  'node_modules/thing/package.json': '{ "type": "module", "exports": "./index.js" }',
  'node_modules/thing/index.js': `
    export class Thing {}
    export const where = import.meta.url
    export const whence = new Error().stack.includes('golem-packages') ? 'bundled' : 'installed'`,
  'node_modules/maker/package.json': '{ "type": "module", "exports": "./index.js" }',
  'node_modules/maker/index.js': `import { Thing } from 'thing'\nexport const makeThing = () => new Thing()`,
  'node_modules/old/package.json': '{ "main": "./index.js" }',
  'node_modules/old/index.js': `module.exports = { name: 'old' }`,
  'packages/cli/src/main.ts': PROGRAM,
  'packages/node/src/main.ts': '',
  'packages/node/src/check.ts': '',
  'packages/node/src/tool/main.ts': '',
  'packages/chain/src/dev/main.ts': '',
}

let root: string

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'golem-bundle-')))
  for (const [path, text] of Object.entries(FILES)) write(path, text)
})

afterEach(() => rmSync(root, { recursive: true }))

test('a program loads the bundled packages: one of each, which take themselves for where they were', () => {
  expect(bundle()).toBe(true)

  const where = pathToFileURL(join(root, 'node_modules/thing/index.js')).href
  expect(run()).toEqual({ same: true, where, whence: 'bundled', old: 'old' })
})

test('bundled once, and again where a source imports another package', () => {
  bundle()
  expect(bundle()).toBe(false)

  write('packages/chain/src/dev/main.ts', `import 'maker'`)
  expect(bundle()).toBe(true)
})

test('packages installed since are loaded from where they are, until they are bundled too', () => {
  bundle()
  utimesSync(join(root, 'node_modules/.package-lock.json'), new Date(), new Date(Date.now() + 1000))

  expect(run()).toMatchObject({ same: true, whence: 'installed' })
  expect(bundle()).toBe(true)
  expect(run()).toMatchObject({ same: true, whence: 'bundled' })
})

test('a failure is told, and what was bundled before stays', () => {
  bundle()
  write('packages/chain/src/dev/main.ts', `import 'maker'; this is no program`)

  expect(bundle()).toBe(false)
  expect(said.join()).toContain('Packages could not be bundled')
  expect(run()).toMatchObject({ whence: 'bundled' })
})

let said: string[] = []

function bundle(): boolean {
  said = []
  return bundlePackages(root, (line: string) => said.push(line))
}

function run(): object {
  const start = pathToFileURL(join(root, 'node_modules/.cache/golem-packages/start.mjs')).href
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', start, 'packages/cli/src/main.ts'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as object
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
