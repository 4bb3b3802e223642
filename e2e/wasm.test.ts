import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Job } from '@golem/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Grid, startGrid } from './src/index.ts'

/** Does what its first argument says; see its source beside it. */
const PROBE = resolve(import.meta.dirname, '../packages/sandbox/test/wasm/modules/probe.wasm')

let grid: Grid
beforeAll(async () => {
  grid = await startGrid({ providers: 2 })
})
afterAll(() => grid?.stop())

async function map(name: string, parameters: { [key: string]: string | number | string[] }): Promise<Job> {
  const { client } = grid.requestor
  const { id } = await client.createJob({
    app: 'map',
    parameters: { module: PROBE, ...parameters },
    outDir: join(grid.folder, name),
    budgetWei: null,
    deadlineMs: 3_600_000,
    confirm: false,
  })
  for await (const { job } of client.watchJob(id, { signal: AbortSignal.timeout(150_000) })) {
    if (job.finishedAtMs !== null) return job
  }
  throw new Error('The job did not end.')
}

test('a person’s own module runs over the lines of a file, on machines that never saw it', async () => {
  const lines = Array.from({ length: 230 }, (_, number) => `line ${number}: ${'ü'.repeat(number % 7)}`)
  const file = join(grid.folder, 'lines.txt')
  await writeFile(file, lines.join('\n'))
  const job = await map('lines', { lines: file, args: ['stdin'], check: 1 })
  expect(job).toMatchObject({ state: 'done', problem: null, subtasks: { accepted: 230, rejected: 0 } })
  expect(job.outputs.sort()).toEqual(['results-000000-000199.jsonl', 'results-000200-000229.jsonl'])
  const results = await Promise.all(job.outputs.map((name) => readFile(join(grid.folder, 'lines', name), 'utf8')))
  const said = results.join('').trim().split('\n')
  expect(said.map((line) => JSON.parse(line))).toEqual(
    lines.map((line, input) => ({ input, exitCode: 0, stdout: input === 229 ? line : `${line}\n` })),
  )
  expect(job.providers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(230)
  expect(BigInt(job.spentWei)).toBeGreaterThan(0n)
})

test('what runs leave as files comes back as files', async () => {
  const job = await map('files', { count: 3, args: ['fill', '/out/made'], check: 1 })
  expect(job).toMatchObject({ state: 'done', problem: null, subtasks: { accepted: 3 } })
  const folder = join(grid.folder, 'files')
  expect((await readdir(folder)).sort()).toEqual(['files', 'results-000000-000002.jsonl'])
  for (const number of [0, 1, 2]) expect((await stat(join(folder, 'files', `${number}`, 'made'))).size).toBe(number)
})

test('a module that is none ends the job before it costs anything, with the reason', async () => {
  const broken = join(grid.folder, 'broken.wasm')
  await writeFile(broken, 'no module')
  const { client } = grid.requestor
  const job = await map('broken', { module: broken, count: 3 })
  expect(job).toMatchObject({ state: 'failed', spentWei: '0' })
  expect(job.problem?.message).toContain('it is no WebAssembly module')
  expect((await client.jobs()).length).toBeGreaterThan(0)
})
