import fc from 'fast-check'
import { isDeep, PROPERTY_LIMIT_MS, PROPERTY_RUNS } from './deep.ts'

// Before every test file: how long properties are tried.
fc.configureGlobal({
  numRuns: PROPERTY_RUNS,
  ...(isDeep ? { interruptAfterTimeLimit: PROPERTY_LIMIT_MS, markInterruptAsFailure: false } : {}),
})
