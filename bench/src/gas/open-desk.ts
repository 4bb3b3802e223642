import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createChain, faucet, joinDevChain } from '@golem/chain'
import type { Chain } from '@golem/ports'
import { newPrivateKey, parseGlm, type Signer, signerFromKey } from '@golem/protocol'
import { bytesToHex, createWalletClient, type Hex, http, publicActions } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

/** A requestor with a deposit on a development chain of its own. */
export type Desk = {
  chain: Chain
  signer: Signer
  /** Sends a transaction of the requestor's. @returns gas used, and the contract where it made one */
  send(transaction: { to?: Hex; data: Hex }): Promise<{ gas: number; contract: Hex | null }>
  close(): Promise<void>
}

export async function openDesk(): Promise<Desk> {
  const dir = await mkdtemp(join(tmpdir(), 'golem-gas-'))
  const dev = await joinDevChain({ dir })
  const key = newPrivateKey()
  const signer = signerFromKey(key)
  await faucet(dev, signer.address, { glmWei: parseGlm('2000000'), ethWei: 10n ** 20n })
  const chain = await createChain({ ...dev, signer })
  await chain.deposit(parseGlm('1000000'))

  const account = privateKeyToAccount(bytesToHex(key))
  const client = createWalletClient({ account, transport: http(dev.rpcUrl), pollingInterval: 5 }).extend(publicActions)
  return {
    chain,
    signer,
    send: async (transaction) => {
      const hash = await client.sendTransaction({ ...transaction, chain: null })
      const { status, gasUsed, contractAddress } = await client.waitForTransactionReceipt({ hash })
      if (status !== 'success') throw new Error(`transaction ${hash} was refused`)
      return { gas: Number(gasUsed), contract: contractAddress ?? null }
    },
    close: async () => {
      await chain.stop()
      await dev.leave()
      await rm(dir, { recursive: true })
    },
  }
}
