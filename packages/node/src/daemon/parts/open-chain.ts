import {
  contractsOf,
  createBeacon,
  createBlacklist,
  createChain,
  createCrowdfunding,
  createDisputes,
  createRegistry,
  createStake,
  devTerms,
  faucet,
  joinDevChain,
} from '@golem/chain'
import type { Network, Store } from '@golem/ports'
import {
  type Address,
  GolemError,
  GRID_FAUCET_METHOD,
  type GridInvite,
  parseGlm,
  type Settlement,
  type Signer,
} from '@golem/protocol'
import type { Logger } from 'pino'
import { joinGridChain } from '../../grid/join-grid-chain.ts'
import type { DaemonOptions } from '../../options.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import type { Release } from './release.ts'

/** A development wallet begins with this. */
const DEV_GLM = parseGlm('1000')
const DEV_ETH_WEI = 10n ** 19n
/** A development chain mines when it is asked to, and is never reorganised. */
const CONFIRMATIONS = { dev: 0, other: 5 }

/** A development chain that this node keeps, one that the host of its private grid keeps, or one that runs elsewhere. */
export type ChainChoice =
  | { devDir: string }
  | { grid: GridInvite; network: Promise<Network> }
  | { there: DaemonOptions }

export type OpenedChain = Pick<
  DaemonParts,
  'chain' | 'rpcUrl' | 'registry' | 'blacklist' | 'crowdfunding' | 'stake' | 'disputes' | 'beacon'
> & {
  /** Gives a wallet that has none what a development wallet begins with; null where the chain is not kept here. */
  fill: ((wallet: Address) => Promise<void>) | null
}

type Components = { signer: Signer; store: Store; logger: Logger }

export async function openChain(
  choice: ChainChoice,
  { signer, store, logger }: Components,
  releases: Release[],
): Promise<OpenedChain> {
  const { rpcUrl, settlement, askForTokens } = await place(choice, releases)
  const chain = await createChain(
    { rpcUrl, settlement, signer, store, logger: logger.child({ room: 'chain' }) },
    { confirmations: 'there' in choice ? CONFIRMATIONS.other : CONFIRMATIONS.dev },
  )
  releases.push(() => chain.stop())
  const missing = async (wallet: Address) => {
    const { walletWei, freeWei, gasWei } = await chain.balances(wallet)
    return { glmWei: walletWei + freeWei === 0n ? DEV_GLM : 0n, ethWei: gasWei === 0n ? DEV_ETH_WEI : 0n }
  }
  const { account } = chain
  const { token } = chain.settlement
  // Those of a development chain have other terms, and so other addresses.
  const contracts = 'there' in choice ? contractsOf(token) : contractsOf(token, devTerms)
  const opened = {
    chain,
    rpcUrl,
    registry: createRegistry(account, contracts.registry),
    blacklist: createBlacklist(account, contracts.blacklist),
    crowdfunding: createCrowdfunding(account, token),
    stake: createStake(account, { address: contracts.stake, token }),
    beacon: createBeacon(account),
    disputes: createDisputes(account, { address: contracts.disputes, token }),
  }
  const fill = async (wallet: Address) =>
    faucet({ rpcUrl, settlement: chain.settlement }, wallet, await missing(wallet))
  if ('devDir' in choice) {
    await fill(signer.address)
    return { ...opened, fill }
  }
  const { glmWei, ethWei } = await missing(signer.address)
  if (glmWei + ethWei > 0n) await askForTokens?.()
  return { ...opened, fill: null }
}

type ChainPlace = {
  rpcUrl: string
  settlement: Omit<Settlement, 'chainId'> & { chainId?: number }
  askForTokens?: () => Promise<void>
}

async function place(choice: ChainChoice, releases: Release[]): Promise<ChainPlace> {
  if ('there' in choice) return configured(choice.there)
  if ('devDir' in choice) {
    const joined = await joinDevChain({ dir: choice.devDir })
    releases.push(() => joined.leave())
    return joined
  }
  const { rpcUrl, call, close } = await joinGridChain(await choice.network, choice.grid)
  releases.push(close)
  // Refused where it gave in the last minute: whoever looks into the wallet sees what is there.
  const askForTokens = async () => void (await call(GRID_FAUCET_METHOD, []))
  return { rpcUrl, settlement: choice.grid.settlement, askForTokens }
}

function configured({ rpcUrl, chainId, token, payments }: DaemonOptions): ChainPlace {
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
