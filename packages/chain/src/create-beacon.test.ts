import { beaconCompliance } from '@golem/ports/compliance'
import { openAccounts } from '../test/open-accounts.ts'
import { createBeacon } from './create-beacon.ts'

beaconCompliance('an EVM chain', async () => {
  const { accounts, remove } = await openAccounts(1)
  const [account] = accounts as [(typeof accounts)[number]]
  return { beacon: createBeacon(account), remove }
})
