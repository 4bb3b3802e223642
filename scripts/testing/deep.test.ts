import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)

/** What a process says of the settings that it would run with. */
async function told(script: string, env: Readonly<Record<string, string>>): Promise<unknown> {
  const args = ['--input-type=module-typescript', '-e', script]
  const { stdout } = await run(process.execPath, args, { cwd: root, env: { PATH: process.env.PATH, ...env } })
  return JSON.parse(stdout)
}

const PROPERTIES = `import fc from 'fast-check'
await import('./scripts/testing/configure-fast-check.ts')
console.log(JSON.stringify(fc.readConfigureGlobal()))`

test('properties are tried a million times when deep, and a hundred times otherwise', async () => {
  expect(await told(PROPERTIES, {})).toEqual({ numRuns: 100 })
  const deep = await told(PROPERTIES, { GOLEM_DEEP: '1' })
  expect(deep).toMatchObject({ numRuns: 1_000_000, markInterruptAsFailure: false })
})

test('this file runs with those settings, as every other does', () => {
  expect(fc.readConfigureGlobal().numRuns).toBe(process.env.GOLEM_DEEP === '1' ? 1_000_000 : 100)
})

test('contracts are fuzzed a million times when deep', async () => {
  const script = `import { forge } from './contracts/forge.ts'
const { output } = await forge(['config', '--json'])
const { fuzz, invariant } = JSON.parse(output)
console.log(JSON.stringify([fuzz.runs, invariant.runs, invariant.depth]))`
  const [runs, invariantRuns, depth] = (await told(script, { GOLEM_DEEP: '1' })) as number[]
  expect(runs).toBe(1_000_000)
  expect((invariantRuns ?? 0) * (depth ?? 0)).toBeGreaterThanOrEqual(1_000_000)
})

test('no property names a number of runs of its own, which would be the same however deep', async () => {
  const literal: string[] = []
  for (const room of ['packages', 'apps', 'contracts', 'e2e', 'bench']) {
    for (const path of await readdir(join(root, room), { recursive: true })) {
      if (path.includes('node_modules') || !path.endsWith('.ts')) continue
      if (/\bnumRuns: *[\d_]+\s*[,}]/.test(await readFile(join(root, room, path), 'utf8')))
        literal.push(join(room, path))
    }
  }
  expect(literal).toEqual([])
})
