import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newPrivateKey, signerFromKey } from '@golem/protocol'
import { type Account, openAccount } from '../src/account/open-account.ts'
import { faucet } from '../src/dev/faucet.ts'
import { type DevChain, joinDevChain } from '../src/dev/join-dev-chain.ts'

export type Accounts = { dev: DevChain; accounts: Account[]; remove(): Promise<void> }

/** Accounts with ETH on a development chain of their own. */
export async function openAccounts(count: number): Promise<Accounts> {
  const dir = await mkdtemp(join(tmpdir(), 'golem-chain-'))
  const dev = await joinDevChain({ dir })
  const accounts: Account[] = []
  for (let i = 0; i < count; i++) {
    const signer = signerFromKey(newPrivateKey())
    await faucet(dev, signer.address, { glmWei: 0n, ethWei: 10n ** 20n })
    accounts.push(await openAccount({ rpcUrl: dev.rpcUrl, signer }))
  }
  return {
    dev,
    accounts,
    remove: async () => {
      for (const account of accounts) await account.stop()
      await dev.leave()
      await rm(dir, { recursive: true })
    },
  }
}
