import type { Beacon } from '@golem/ports'
import { asBytes32 } from '@golem/protocol'
import type { Account } from './account/open-account.ts'

/** Hashes of an EVM chain's blocks. */
export function createBeacon(account: Account): Beacon {
  const { client, self, confirmations } = account
  const head = () => client.getBlockNumber({ cacheTime: 0 })
  /** The newest block that stays. */
  const settled = async (): Promise<bigint> => {
    if (confirmations === 'finalized') return (await client.getBlock({ blockTag: 'finalized' })).number
    return (await head()) - BigInt(confirmations)
  }
  return {
    head: () => account.reading(async () => Number(await head())),
    hashOf: (block) =>
      account.reading(async () => {
        const blockNumber = BigInt(block)
        if ((await settled()) < blockNumber) return null
        return asBytes32((await client.getBlock({ blockNumber })).hash)
      }),
    nudge: async () => {
      if (confirmations !== 0) return
      await account.send({ to: self, data: '0x', valueWei: 0n, what: 'a block', amountWei: null }, 'for a draw')
    },
  }
}
