import {
  contractsOf,
  createBlacklist,
  createChain,
  createCrowdfunding,
  createRegistry,
  faucet,
  joinDevChain,
} from '@golem/chain'
import type { Store } from '@golem/ports'
import { GolemError, parseGlm, type Settlement, type Signer } from '@golem/protocol'
import type { Logger } from 'pino'
import type { DaemonOptions } from '../../options.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import type { Release } from './release.ts'

/** A development wallet begins with this. */
const DEV_GLM = parseGlm('1000')
const DEV_ETH_WEI = 10n ** 19n
/** A development chain mines when it is asked to, and is never reorganised. */
const CONFIRMATIONS = { dev: 0, other: 5 }

type Components = { signer: Signer; store: Store; logger: Logger }

export async function openChain(
  options: DaemonOptions,
  devDir: string | null,
  { signer, store, logger }: Components,
  releases: Release[],
): Promise<Pick<DaemonParts, 'chain' | 'rpcUrl' | 'registry' | 'blacklist' | 'crowdfunding'>> {
  const where = devDir === null ? await configured(options) : await development(devDir, releases)
  const chain = await createChain(
    { ...where, signer, store, logger: logger.child({ room: 'chain' }) },
    { confirmations: devDir === null ? CONFIRMATIONS.other : CONFIRMATIONS.dev },
  )
  releases.push(() => chain.stop())
  if (devDir !== null) {
    const { walletWei, freeWei, gasWei } = await chain.balances(signer.address)
    if (walletWei + freeWei === 0n || gasWei === 0n) {
      await faucet({ rpcUrl: where.rpcUrl, settlement: chain.settlement }, signer.address, {
        glmWei: DEV_GLM,
        ethWei: DEV_ETH_WEI,
      })
    }
  }
  const { account } = chain
  const { token } = chain.settlement
  const { registry, blacklist } = contractsOf(token)
  return {
    chain,
    rpcUrl: where.rpcUrl,
    registry: createRegistry(account, registry),
    blacklist: createBlacklist(account, blacklist),
    crowdfunding: createCrowdfunding(account, token),
  }
}

type ChainPlace = { rpcUrl: string; settlement: Omit<Settlement, 'chainId'> & { chainId?: number } }

async function development(dir: string, releases: Release[]): Promise<ChainPlace> {
  const joined = await joinDevChain({ dir })
  releases.push(() => joined.leave())
  return joined
}

async function configured({ rpcUrl, chainId, token, payments }: DaemonOptions): Promise<ChainPlace> {
  if (!rpcUrl || !token) {
    throw new GolemError({
      code: 'CHAIN_MISSING',
      message: 'The daemon was told of no chain.',
      remedy: 'Start it with --dev, or with --rpc-url and --token.',
    })
  }
  const known = chainId === undefined ? {} : { chainId }
  return { rpcUrl, settlement: { ...known, token, payments: payments ?? contractsOf(token).payments } }
}
