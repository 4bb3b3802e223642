import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { isDeep } from './scripts/testing/deep.ts'

const e2e = ['e2e/**/*.test.ts']
/** Of those, what takes minutes and stands for one part of the system: with `--all`, as CI runs it. */
const slow = [
  'e2e/{images,kills,large-file,lending,economy,private-grid,keys,wasm}.test.ts',
  'e2e/{browser,hostile}/*.test.ts',
]
/** On hosts that network namespaces make of this machine: `npm run test:net`, and with `--all`. */
const net = ['e2e/net/**/*.test.ts']
const never = ['**/node_modules/**', '**/dist/**']
// Two at least: most of a suite's time is waiting for sockets, chains and Blender.
const workers = Math.max(2, availableParallelism())

const oneByOne = { pool: 'forks', fileParallelism: false, testTimeout: 180_000, hookTimeout: 180_000 } as const

export default defineConfig({
  test: {
    passWithNoTests: true,
    reporters: ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{packages,apps}/*/{src,test}/**/*.test.ts',
            '{contracts,bench,scripts}/**/*.test.ts',
            'web/src/**/*.test.ts',
          ],
          exclude: never,
          pool: 'forks',
          maxWorkers: workers,
          setupFiles: ['scripts/testing/configure-fast-check.ts'],
          // Deep, the suite itself is what ends (scripts/testing/suites.ts).
          testTimeout: isDeep ? 0 : 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Ways out of the sandbox, one file at a time: bombs would measure each other.
        test: {
          name: 'escape',
          include: ['packages/*/escape/**/*.test.ts'],
          exclude: never,
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Whole systems, one file at a time: side by side they would measure each other.
        test: {
          name: 'e2e',
          include: e2e,
          exclude: [...never, ...slow, ...net, 'e2e/app/*.test.ts'],
          ...oneByOne,
        },
      },
      // The Golem App in a browser, over a grid of its own.
      { test: { name: 'app', include: ['e2e/app/*.test.ts'], exclude: never, ...oneByOne, testTimeout: 300_000 } },
      { test: { name: 'slow', include: slow, exclude: never, ...oneByOne } },
      {
        // Simulated markets in which some cheat: minutes of arithmetic.
        test: {
          name: 'adversaries',
          include: ['packages/*/adversaries/**/*.test.ts'],
          exclude: never,
          pool: 'forks',
          maxWorkers: workers,
          testTimeout: 120_000,
        },
      },
      { test: { name: 'net', include: net, exclude: never, ...oneByOne, testTimeout: 600_000, hookTimeout: 600_000 } },
    ],
  },
})
