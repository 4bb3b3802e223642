import { expect, it } from 'vitest'
import { exampleJob, exampleOffer, exampleReceipt, exampleStatus, exampleWallet } from './examples.ts'
import { jobDetail, offerView, receipt, status, wallet } from './schemas/index.ts'

it.each([
  ['job', jobDetail, exampleJob],
  ['status', status, exampleStatus],
  ['offer', offerView, exampleOffer],
  ['wallet', wallet, exampleWallet],
  ['receipt', receipt, exampleReceipt],
] as const)('the example of a %s is what its schema says', (_name, schema, example) => {
  expect(schema.parse(example)).toEqual(example)
})
