import { exampleCrowdfund } from '@golem/api/examples'
import { expect, it } from 'vitest'
import { actsOf, stageOf } from './crowdfund-acts.ts'

const view = { ...exampleCrowdfund, startsAtS: 100, contributedWei: '5', isFinalized: false }
const at = (change: Partial<typeof view>, nowS = 200) => [
  stageOf({ ...view, ...change }, nowS),
  actsOf({ ...view, ...change }, nowS),
]

it('takes contributions once it has begun, and gives them back after a failure alone', () => {
  expect(at({ state: 'funding' }, 50)).toEqual(['early', []])
  expect(at({ state: 'funding' })).toEqual(['open', ['contribute']])
  expect(at({ state: 'failure' })).toEqual(['failed', ['refund']])
  expect(at({ state: 'failure', contributedWei: '0' })).toEqual(['failed', []])
})

it('opens the tokens once after a success', () => {
  expect(at({ state: 'success' })).toEqual(['succeeded', ['finalize']])
  expect(at({ state: 'success', isFinalized: true })).toEqual(['over', []])
})
