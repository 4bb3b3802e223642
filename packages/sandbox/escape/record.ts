import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One attempt, and what came of it. */
export type Attempt = {
  /** What is attacked. */
  group: string
  name: string
  /** What it got where nothing stops it, or why that was not shown. */
  outside: string
  /** How each sandbox stopped it. */
  stopped: Record<string, string>
}

/** Keeps what a file of the suite found, for the table that `npm run test:escape` makes. */
export function record(file: string, attempts: readonly Attempt[]): void {
  const folder = process.env.GOLEM_ESCAPE_REPORT
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${file}.json`), JSON.stringify(attempts))
}
