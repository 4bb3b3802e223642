import { randomBytes } from 'node:crypto'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { type ApiFile, removeApiFile, writeApiFile } from '@golem/api/api-file'
import { createChain, faucet, joinDevChain } from '@golem/chain'
import { createNetwork } from '@golem/network'
import type { Chain, Clock, Folders, Network, Sandbox, Storage } from '@golem/ports'
import { asAddress, GolemError, parseGlm, type Settlement, type Signer, signerFromKey } from '@golem/protocol'
import { createProvider, createRequestor, PROGRAM_FOLDERS, type ProvidedApp, type Provider } from '@golem/roles'
import { createOciSandbox } from '@golem/sandbox'
import { createStorage } from '@golem/storage'
import type { Logger } from 'pino'
import { startAppHost } from '../apps/app-host.ts'
import { calibrate } from '../apps/calibrate.ts'
import { discoverApps } from '../apps/discover-apps.ts'
import { type LoadedApp, loadApp } from '../apps/load-app.ts'
import { benchmark } from '../benchmark.ts'
import { nodeFolders } from '../folders.ts'
import { createHttpServer } from '../http/index.ts'
import type { DaemonOptions } from '../options.ts'
import { openStore } from '../store/open-store.ts'
import { VERSION } from '../version.ts'
import { createDaemonApi } from './daemon-api.ts'
import type { DaemonParts, Part } from './daemon-parts.ts'
import { type DevPeers, openDevPeers } from './dev-peers.ts'
import { newToken, prepareHome, readOrMakeKey } from './home.ts'
import { createJobWatch } from './job-watch.ts'

/** What blocks may take on the disk. */
const CONTENT_BYTES = 50 * 1024 ** 3
/** A development wallet begins with this. */
const DEV_GLM = parseGlm('1000')
const DEV_ETH_WEI = 10n ** 19n
/** No offer above this is taken, whatever the budget. */
const MAX_PRICE_PER_CORE_HOUR_WEI = parseGlm('1000')

export type Daemon = { readonly api: ApiFile; stop(): Promise<void> }

/** Things to release, in the order in which they were taken; released backwards. */
type Release = () => Promise<void> | void

export type DaemonComponents = {
  logger: Logger
  /** Called when the interface is asked to shut the node down. */
  onStopRequest: () => void
  /** What a provider runs as an application's program. Default: the application's own; another is caught by checks. */
  lentCode?: (app: LoadedApp) => string
}

/**
 * Starts a node: keys, chain, network, storage, sandbox, applications, roles, HTTP.
 *
 * @throws {GolemError} for whatever keeps it from starting, with the remedy
 */
export async function startDaemon(components: DaemonComponents, options: DaemonOptions): Promise<Daemon> {
  const { logger } = components
  const releases: Release[] = []
  const release = async () => {
    for (const step of releases.splice(0).reverse()) {
      await Promise.resolve(step()).catch((error: unknown) => logger.warn({ err: error }, 'release failed'))
    }
  }
  try {
    const api = await start(components, options, releases)
    return { api, stop: release }
  } catch (error) {
    await release()
    throw error
  }
}

async function start(
  { logger, onStopRequest, lentCode = (app) => app.codePath }: DaemonComponents,
  options: DaemonOptions,
  releases: Release[],
): Promise<ApiFile> {
  const { home } = options
  const startedAtMs = Date.now()
  await prepareHome(home)
  const store = openStore(join(home, 'state.db'))
  releases.push(() => store.close())
  const key = await readOrMakeKey(home)
  const signer = signerFromKey(key)
  const speed = benchmark()
  const clock: Clock = systemClock
  const folders = nodeFolders(join(home, 'work'))

  const devDir = options.dev ? (options.devDir ?? join(home, 'dev')) : null
  const peers = devDir === null ? null : await openDevPeers(devDir)
  if (peers) releases.push(() => peers.leave())
  const [{ chain, rpcUrl }, network, sandbox] = await Promise.all([
    openChain(options, devDir, signer, releases),
    openNetwork(options, key, peers, logger, releases),
    openSandbox(home, logger, releases),
  ])
  const storage = await createStorage({ network }, { path: join(home, 'content'), maxBytes: CONTENT_BYTES })
  releases.push(() => storage.stop())
  const apps = await openApps({ sandbox, storage, folders }, logger, releases)

  const roleComponents = {
    signer,
    network,
    storage,
    store,
    chain,
    clock,
    folders,
    logger,
    randomBytes: randomness,
  }
  const watch = createJobWatch()
  const requestor = createRequestor(
    { ...roleComponents, sandbox: sandbox.part ?? closedSandbox(sandbox.trouble) },
    {
      apps: apps.loaded,
      speed,
      maxPricePerCoreHourWei: MAX_PRICE_PER_CORE_HOUR_WEI,
      // A node that lends gives the waiting program to its provider.
      started: new Map(options.provide ? [] : apps.loaded.map(({ name, started }) => [name, started])),
      onChange: watch.changed,
    },
  )
  releases.push(() => requestor.stop())
  await requestor.start()
  const provider = options.provide
    ? await startProviding({ ...roleComponents, sandbox }, { options, speed, apps: apps.loaded, lentCode }, releases)
    : null
  if (provider?.trouble) throw provider.trouble

  const parts: DaemonParts = {
    options,
    startedAtMs,
    signer,
    chain,
    rpcUrl,
    network,
    storage,
    store,
    sandbox,
    apps,
    requestor,
    provider,
    speed,
  }
  const token = newToken()
  const server = await createHttpServer(
    { daemon: createDaemonApi(parts, watch, onStopRequest), token, logger },
    { port: options.port, version: VERSION },
  )
  releases.push(() => server.stop())
  await peers?.announce(network.contact())
  const api: ApiFile = { url: server.url, token, pid: process.pid }
  await writeApiFile(home, api)
  releases.push(() => removeApiFile(home, process.pid))
  logger.info({ address: signer.address, url: server.url, ms: Date.now() - startedAtMs }, 'the node is up')
  return api
}

const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, { signal } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const stop = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }, ms)
      signal?.addEventListener('abort', stop, { once: true })
    }),
}

async function openChain(
  options: DaemonOptions,
  devDir: string | null,
  signer: Signer,
  releases: Release[],
): Promise<{ chain: Chain; rpcUrl: string }> {
  const where = devDir === null ? await configured(options) : await development(devDir, releases)
  const chain = await createChain({ rpcUrl: where.rpcUrl, signer, settlement: where.settlement })
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
  return { chain, rpcUrl: where.rpcUrl }
}

type ChainPlace = { rpcUrl: string; settlement: Omit<Settlement, 'chainId'> }

async function development(dir: string, releases: Release[]): Promise<ChainPlace> {
  const joined = await joinDevChain({ dir })
  releases.push(() => joined.leave())
  return joined
}

async function configured({ rpcUrl, token, payments }: DaemonOptions): Promise<ChainPlace> {
  if (!rpcUrl || !token || !payments) {
    throw new GolemError({
      code: 'CHAIN_MISSING',
      message: 'The daemon was told of no chain.',
      remedy: 'Start it with --dev, or with --rpc-url, --token and --payments.',
    })
  }
  return { rpcUrl, settlement: { payments: asAddress(payments), token: asAddress(token) } }
}

async function openNetwork(
  options: DaemonOptions,
  privateKey: Uint8Array,
  peers: DevPeers | null,
  logger: Logger,
  releases: Release[],
): Promise<Network> {
  const network = await createNetwork(
    { privateKey, logger: logger.child({ room: 'network' }) },
    {
      listen: options.listen,
      bootstrap: [...options.bootstrap, ...(peers?.bootstrap ?? [])],
      mdns: options.mdns,
    },
  )
  releases.push(() => network.stop())
  return network
}

async function openSandbox(home: string, logger: Logger, releases: Release[]): Promise<Part<Sandbox>> {
  try {
    const part = await createOciSandbox(
      { logger: logger.child({ room: 'sandbox' }) },
      { stateDir: join(home, 'sandbox'), runtime: 'auto' },
    )
    releases.push(() => part.stop())
    return { part, trouble: null }
  } catch (error) {
    if (error instanceof GolemError) return { part: null, trouble: error }
    throw error
  }
}

async function openApps(
  { sandbox, storage, folders }: { sandbox: Part<Sandbox>; storage: Storage; folders: Folders },
  logger: Logger,
  releases: Release[],
): Promise<DaemonParts['apps']> {
  await folders.make(PROGRAM_FOLDERS)
  if (sandbox.part === null) return { loaded: [], troubles: [sandbox.trouble] }
  const running = sandbox.part
  const loaded: LoadedApp[] = []
  const troubles: GolemError[] = []
  for (const module of await discoverApps()) {
    const host = await startAppHost(running, module)
    releases.push(() => host.stop())
    try {
      const app = await loadApp({ host, sandbox: running, storage, folders, randomBytes: randomness })
      releases.push(() => app.started.kill())
      loaded.push(app)
    } catch (error) {
      if (!(error instanceof GolemError)) throw error
      logger.warn({ module, code: error.code }, error.sentence)
      troubles.push(error)
    }
  }
  return { loaded, troubles }
}

const randomness = (length: number) => new Uint8Array(randomBytes(length))

/** Whatever asks it for a program is told why there is none. */
const closedSandbox = (trouble: GolemError | null): Sandbox => ({
  doctor: async () => [],
  start: () => Promise.reject(trouble),
  collect: () => Promise.reject(trouble),
  stop: async () => undefined,
})

type Providing = {
  options: DaemonOptions
  speed: number
  apps: readonly LoadedApp[]
  lentCode: (app: LoadedApp) => string
}
type ProvidingComponents = Omit<Parameters<typeof createProvider>[0], 'sandbox' | 'apps'> & { sandbox: Part<Sandbox> }

async function startProviding(
  { sandbox, ...components }: ProvidingComponents,
  { options, speed, apps, lentCode }: Providing,
  releases: Release[],
): Promise<Part<Provider>> {
  if (sandbox.part === null) return { part: null, trouble: sandbox.trouble }
  const running = sandbox.part
  const processor = `${cpus()[0]?.model ?? 'unknown'}`
  const provided: ProvidedApp[] = []
  for (const app of apps) {
    const equivalenceClass = await calibrate({ store: components.store, processor }, app)
    const codePath = lentCode(app)
    const { started, ...rest } = app
    provided.push({ ...rest, codePath, equivalenceClass, ...(codePath === app.codePath ? { started } : {}) })
  }
  const part = createProvider(
    { ...components, sandbox: running, apps: provided },
    {
      cores: options.cores,
      pricePerCoreHourWei: options.pricePerCoreHourWei,
      speed,
      // Each lent core begins its first subtask without the start of a program.
      warm: options.cores,
    },
  )
  releases.push(() => part.stop())
  await part.start()
  return { part, trouble: null }
}
