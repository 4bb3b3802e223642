import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { checks } from './testing/checks.ts'
import { type Counts, countTests, type VitestReport } from './testing/count-tests.ts'
import { runStep, type Step } from './testing/run-step.ts'
import { suites } from './testing/suites.ts'

// Everything that has to hold, in order of cost; with `--all` the slower suites too. The last line is `N passed, N failed`, and the exit code says the same.
const root = resolve(import.meta.dirname, '..')
const reportFolder = await mkdtemp(join(tmpdir(), 'golem-test-'))
const total: Counts = { passed: 0, failed: 0, skipped: 0 }

try {
  for (const step of checks(root)) {
    await count(step, async (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }))
  }
  const deep = process.argv.includes('--deep')
  for (const suite of suites(reportFolder, { all: deep || process.argv.includes('--all'), deep })) {
    await count(suite, async (ok) => countTests(await readReport(suite.reportPath), ok))
  }
} finally {
  await rm(reportFolder, { recursive: true, force: true })
}
process.exitCode = total.failed === 0 ? 0 : 1
console.log(`${total.passed} passed, ${total.failed} failed`)

async function count(step: Step, countsOf: (ok: boolean) => Promise<Counts>): Promise<void> {
  const { ok, seconds, output } = await runStep(step, root)
  const counts = await countsOf(ok)
  const words = (['passed', 'failed', 'skipped'] as const).filter((kind) => counts[kind] > 0)
  const summary = words.map((kind) => `${counts[kind]} ${kind}`).join(', ') || 'nothing to run'
  if (!ok) console.log(`\n${output.trimEnd()}\n`)
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${step.name}: ${summary} (${seconds.toFixed(1)} s)`)
  for (const kind of ['passed', 'failed', 'skipped'] as const) total[kind] += counts[kind]
}

async function readReport(path: string): Promise<VitestReport | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as VitestReport
  } catch {
    return undefined
  }
}
