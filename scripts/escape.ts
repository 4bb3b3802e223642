import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { type Attempt, escapeTable } from './testing/escape-table.ts'
import { runStep } from './testing/run-step.ts'

// Tries every way out of the sandboxes that we know, and writes what stopped each into docs/security/sandbox.md.
const root = resolve(import.meta.dirname, '..')
const document = join(root, 'docs/security/sandbox.md')
const reports = await mkdtemp(join(tmpdir(), 'golem-escape-report-'))

try {
  const { ok, output } = await runStep(
    {
      name: 'escape',
      command: ['vitest', 'run', '--project', 'escape'],
      env: { GOLEM_ESCAPE_REPORT: reports, NO_COLOR: '1' },
      timeoutMs: 15 * 60_000,
    },
    root,
  )
  console.log(output.trimEnd())
  process.exitCode = ok ? 0 : 1
  if (ok) {
    const attempts: Attempt[] = []
    for (const name of (await readdir(reports)).sort()) {
      attempts.push(...(JSON.parse(await readFile(join(reports, name), 'utf8')) as Attempt[]))
    }
    await mkdir(dirname(document), { recursive: true })
    await writeFile(document, escapeTable(attempts))
    console.log(`${attempts.length} attempts, all stopped: docs/security/sandbox.md`)
  }
} finally {
  await rm(reports, { recursive: true, force: true })
}
