import { expect, it } from 'vitest'
import {
  exampleData,
  exampleDataFolder,
  exampleJob,
  exampleNet,
  exampleOffer,
  exampleReceipt,
  exampleStatus,
  exampleWallet,
} from './examples.ts'
import { dataFolder, dataOverview, jobDetail, net, offerView, receipt, status, wallet } from './schemas/index.ts'

it.each([
  ['job', jobDetail, exampleJob],
  ['status', status, exampleStatus],
  ['net', net, exampleNet],
  ['offer', offerView, exampleOffer],
  ['wallet', wallet, exampleWallet],
  ['receipt', receipt, exampleReceipt],
  ['content', dataOverview, exampleData],
  ['folder', dataFolder, exampleDataFolder],
] as const)('the example of a %s is what its schema says', (_name, schema, example) => {
  expect(schema.parse(example)).toEqual(example)
})
