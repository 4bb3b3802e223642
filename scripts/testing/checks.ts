import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Step } from './run-step.ts'

const ROOMS = ['packages', 'apps', 'contracts', 'web', 'e2e', 'bench', 'scripts', 'examples']

/** What is looked at without being run. Each counts as one test. */
export function checks(root: string): Step[] {
  const timeoutMs = 180_000
  return [
    { name: 'format and lint', command: ['biome', 'ci', '--error-on-warnings', '--colors=off', '.'], timeoutMs },
    { name: 'promises', command: ['oxlint', '--type-aware', '--deny-warnings'], timeoutMs },
    // TypeScript 7; the `tsc` of node_modules/.bin is the 6 that tools with a JavaScript API need.
    { name: 'types', command: ['node', 'node_modules/@typescript/native/bin/tsc', '-p', '.'], timeoutMs },
    // A page has a document, and JSX.
    { name: 'types of the app', command: ['node', 'node_modules/@typescript/native/bin/tsc', '-p', 'web'], timeoutMs },
    {
      name: 'boundaries',
      command: [
        'depcruise',
        '--config',
        '.dependency-cruiser.mjs',
        ...ROOMS.filter((room) => existsSync(join(root, room))),
      ],
      timeoutMs,
    },
    { name: 'unused code', command: ['knip', '--no-progress'], timeoutMs },
  ]
}
