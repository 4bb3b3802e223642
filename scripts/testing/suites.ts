import { join } from 'node:path'
import type { Step } from './run-step.ts'

export type Suite = Step & {
  /** Where Vitest leaves its counts. */
  reportPath: string
}

/**
 * The Vitest projects, quick ones first.
 *
 * @param options.deep fuzzing runs for hours instead of seconds: `GOLEM_DEEP=1`, as scripts/testing/deep.ts and contracts/forge.ts read it
 */
export function suites(reportFolder: string, { deep }: { deep: boolean }): Suite[] {
  const minutes = deep ? { unit: 600, escape: 15, e2e: 60 } : { unit: 25, escape: 15, e2e: 60 }
  return (['unit', 'escape', 'e2e'] as const).map((project) => {
    const reportPath = join(reportFolder, `${project}.json`)
    return {
      name: project,
      command: [
        'vitest',
        'run',
        '--project',
        project,
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${reportPath}`,
      ],
      env: { ...(deep ? { GOLEM_DEEP: '1' } : {}), NO_COLOR: '1' },
      timeoutMs: minutes[project] * 60_000,
      reportPath,
    }
  })
}
