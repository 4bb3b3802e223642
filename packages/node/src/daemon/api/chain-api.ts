import type { ChainChange, ContractsQuote, NewContracts } from '@golem/api'
import { readChainFile } from '@golem/api/chain-file'
import { type Account, openAccount } from '@golem/chain'
import { asAddress, GolemError } from '@golem/protocol'
import type { ChainApi } from '../../http/index.ts'
import type { KeystoreFile } from '../../keys/keystore.ts'
import { type Begun, type Deployed, type DeployRequest, deployChain } from '../../tool/deploy-chain.ts'
import { lookAtChain } from '../../tool/use-chain.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import type { HomeChange } from '../home-change.ts'
import { busy, refuseBusy } from '../refuse-busy.ts'

type Agree = (what: string, begun: Begun) => Promise<boolean>

/** What was begun goes on without the page that asked for it. */
const { signal } = new AbortController()

/** The chain that the node lives on, and how it comes to another. */
export function createChainApi(parts: DaemonParts, onChange: (change: HomeChange) => void): ChainApi {
  const { chain, options, signer, keyring, grid, rpcUrl } = parts
  const { chainId, token, payments } = chain.settlement

  const encrypted = async (password: string | null): Promise<KeystoreFile | null> => {
    if (keyring.isEncrypted) return null
    if (password === null) throw unprotected()
    return keyring.encrypt(password)
  }
  const change = async (asked: ChainChange): Promise<HomeChange> => {
    if (asked.act === 'embedded') return { what: 'chain', chain: null, keystore: null }
    const keystore = await encrypted(asked.password)
    const wanted = { rpcUrl: asked.rpcUrl, token: asAddress(asked.token.toLowerCase()) }
    const pays = asked.payments === undefined ? {} : { payments: asAddress(asked.payments.toLowerCase()) }
    return { what: 'chain', chain: await lookAtChain({ ...wanted, ...pays }, signal), keystore }
  }
  /** Transactions of one account on one chain are numbered by one hand. */
  const ownAccount = async (url: string): Promise<Account | undefined> => {
    if (url === rpcUrl) return chain.account
    const other = await openAccount({ rpcUrl: url, signer }, { signal })
    try {
      if (other.chainId !== chainId) return undefined
      const [here, there] = await Promise.all(
        [chain.account, other].map((each) => each.reading(() => each.client.getBlock({ blockNumber: 0n }))),
      )
      return here?.hash === there?.hash ? chain.account : undefined
    } finally {
      await other.stop()
    }
  }
  let isMaking = false
  const deploy = async (wanted: NewContracts, agree: Agree): Promise<Deployed> => {
    const account = await ownAccount(wanted.rpcUrl)
    const known = account === undefined ? {} : { account }
    return deployChain({ signer, agree, signal, ...known }, requestOf(wanted))
  }

  return {
    chain: async () => ({
      now: { rpcUrl, chainId, token, payments },
      kind: options.grid ? 'grid' : options.dev ? 'embedded' : 'elsewhere',
      remembered: await readChainFile(options.home),
      isNamed: options.isChainNamed,
    }),
    changeChain: async (asked) => {
      if (grid !== null) throw ofGrid(grid.name)
      if (isMaking) throw busy('Contracts are being made already.', 'Wait for them.')
      // Whoever leaves a chain that does not answer cannot ask it for disputes, and keeps the key that they are about.
      const busyUnless = () => refuseBusy(parts, { isLeft: true, mayBeAway: true })
      await busyUnless()
      const changed = await change(asked)
      // It took seconds, in which work may have begun.
      await busyUnless()
      setImmediate(onChange, changed)
    },
    quoteContracts: async (wanted) => {
      const asked: ContractsQuote[] = []
      const ask: Agree = async (about, begun) => {
        asked.push({ about, ...begun })
        return false
      }
      try {
        const { token } = await deploy(wanted, ask)
        return { about: null, token, startsAtS: null }
      } catch (error) {
        const [quote] = asked
        if (quote === undefined) throw error
        return quote
      }
    },
    makeContracts: async (wanted) => {
      if (isMaking) throw busy('Contracts are being made already.', 'Wait for them.')
      isMaking = true
      try {
        return await deploy(wanted, async () => true)
      } finally {
        isMaking = false
      }
    },
  }
}

function requestOf({ rpcUrl, token, crowdfunding }: NewContracts): DeployRequest {
  const { minimumWei, capWei, forS, teamLockS, company, startsAtS } = crowdfunding
  return {
    rpcUrl,
    token: token === undefined ? undefined : asAddress(token.toLowerCase()),
    crowdfunding: {
      ...{ minimumWei: BigInt(minimumWei), capWei: BigInt(capWei), forS, teamLockS, startsAtS },
      company: company === undefined ? undefined : asAddress(company.toLowerCase()),
    },
  }
}

const ofGrid = (name: string) =>
  new GolemError({
    code: 'GRID_JOINED',
    message: `This node is in the private grid ${name}, which has a chain of its own.`,
    remedy: 'Leave it first.',
  })

const unprotected = () =>
  new GolemError({
    code: 'PASSWORD_MISSING',
    message: 'The key of this node lies in plain, and there is money on other chains.',
    remedy: 'Choose a password for it.',
  })
