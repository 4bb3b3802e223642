import { join } from 'node:path'
import type { Step } from './run-step.ts'

export type Suite = Step & {
  /** Where Vitest leaves its counts. */
  reportPath: string
}

/**
 * The Vitest projects, quick ones first.
 *
 * @param options.all the slower ones too, which CI runs: ways out of the sandboxes, cheats in simulated markets, whole systems for one part
 *   each, and on hosts of their own
 * @param options.deep fuzzing runs for hours instead of seconds: `GOLEM_DEEP=1`, as scripts/testing/deep.ts and contracts/forge.ts read it
 */
export function suites(reportFolder: string, { all, deep }: { all: boolean; deep: boolean }): Suite[] {
  const minutes = { unit: deep ? 600 : 25, e2e: 30, app: 25, escape: 15, slow: 30, adversaries: 20, net: 30 }
  const always = ['unit', 'e2e', 'app'] as const
  return (all ? ([...always, 'escape', 'adversaries', 'slow', 'net'] as const) : always).map((project) => {
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
