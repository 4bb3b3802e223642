import { expect, test } from 'vitest'
import { countTests, type VitestReport } from './count-tests.ts'

const report = (fields: Partial<VitestReport>): VitestReport => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...fields,
})

test('counts what Vitest counts', () => {
  expect(countTests(report({ numFailedTests: 2, numPendingTests: 1 }), false)).toEqual({
    passed: 3,
    failed: 2,
    skipped: 1,
  })
})

test('a file that does not load is a failure, though it holds no test', () => {
  const testResults = [{ status: 'failed', assertionResults: [] }]
  expect(countTests(report({ testResults }), false).failed).toBe(1)
})

test('a file is not counted besides its failed tests', () => {
  const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }] }]
  expect(countTests(report({ numFailedTests: 1, testResults }), false).failed).toBe(1)
})

test('an error outside of any test is a failure', () => {
  expect(countTests(report({}), false)).toEqual({ passed: 3, failed: 1, skipped: 0 })
})

test('a run that left no report is a failure', () => {
  expect(countTests(undefined, true).failed).toBe(1)
})
