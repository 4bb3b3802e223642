import { expect, it } from 'vitest'
import {
  exampleBlacklist,
  exampleCrowdfund,
  exampleData,
  exampleDataFolder,
  exampleHistory,
  exampleJob,
  exampleList,
  exampleNet,
  exampleOffer,
  exampleQuote,
  exampleReceipt,
  exampleRegistry,
  exampleStatus,
  exampleWallet,
} from './examples.ts'
import {
  blacklistView,
  crowdfundView,
  dataFolder,
  dataOverview,
  history,
  jobDetail,
  listView,
  net,
  offerView,
  quote,
  receipt,
  registryView,
  status,
  wallet,
} from './schemas/index.ts'

it.each([
  ['job', jobDetail, exampleJob],
  ['status', status, exampleStatus],
  ['net', net, exampleNet],
  ['offer', offerView, exampleOffer],
  ['wallet', wallet, exampleWallet],
  ['receipt', receipt, exampleReceipt],
  ['quote', quote, exampleQuote],
  ['history', history, exampleHistory],
  ['registry', registryView, exampleRegistry],
  ['followed lists', blacklistView, exampleBlacklist],
  ['list', listView, exampleList],
  ['crowdfunding', crowdfundView, exampleCrowdfund],
  ['content', dataOverview, exampleData],
  ['folder', dataFolder, exampleDataFolder],
] as const)('the example of a %s is what its schema says', (_name, schema, example) => {
  expect(schema.parse(example)).toEqual(example)
})
