import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chainCompliance } from '@golem/ports/compliance'
import { createChain } from './create-chain.ts'
import { faucet } from './dev/faucet.ts'
import { joinDevChain } from './dev/join-dev-chain.ts'
import { jsonRpc } from './dev/json-rpc.ts'

chainCompliance('an EVM chain', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'golem-chain-'))
  const dev = await joinDevChain({ dir })
  return {
    open: (signer) => createChain({ ...dev, signer }),
    fund: (to, { glmWei, gasWei }) => faucet(dev, to, { glmWei, ethWei: gasWei }),
    advance: async (seconds) => {
      await jsonRpc(dev.rpcUrl, 'evm_increaseTime', [seconds])
      await jsonRpc(dev.rpcUrl, 'evm_mine')
    },
    remove: async () => {
      await dev.leave()
      await rm(dir, { recursive: true })
    },
  }
})
