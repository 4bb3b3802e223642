import { join } from 'node:path'
import { type ApiFile, removeApiFile, writeApiFile } from '@golem/api/api-file'
import type { Storage } from '@golem/ports'
import { parseGlm, recoveringBy, signerFromKey } from '@golem/protocol'
import { createGrants, createRequestor } from '@golem/roles'
import type { Logger } from 'pino'
import type { LoadedApp } from '../apps/load-app.ts'
import { benchmark } from '../benchmark.ts'
import { nodeFolders } from '../folders.ts'
import { createHttpServer } from '../http/index.ts'
import type { DaemonOptions } from '../options.ts'
import { openPolicy } from '../policy/open-policy.ts'
import { nativeCurve } from '../signing/native-curve.ts'
import { openStore } from '../store/open-store.ts'
import { VERSION } from '../version.ts'
import { createDaemonApi } from './api/create-daemon-api.ts'
import type { DaemonParts } from './daemon-parts.ts'
import { openDevPeers } from './dev-peers.ts'
import { newToken, prepareHome, readOrMakeKey } from './home.ts'
import { createJobWatch } from './job-watch.ts'
import { openApps } from './parts/open-apps.ts'
import { openChain } from './parts/open-chain.ts'
import { openNetwork } from './parts/open-network.ts'
import { closedSandbox, openSandbox, withModules } from './parts/open-sandbox.ts'
import { openStorage } from './parts/open-storage.ts'
import { randomness } from './parts/randomness.ts'
import type { Release } from './parts/release.ts'
import { startProviding } from './parts/start-providing.ts'
import { systemClock } from './parts/system-clock.ts'

/** No offer above this is taken, whatever the budget. */
const MAX_PRICE_PER_CORE_HOUR_WEI = parseGlm('1000')

export type Daemon = { readonly api: ApiFile; stop(): Promise<void> }

export type DaemonComponents = {
  logger: Logger
  /** Called when the interface is asked to shut the node down. */
  onStopRequest: () => void
  /** What a provider runs as an application's program. Default: the application's own; another is caught by checks. */
  lentCode?: (app: LoadedApp) => string | null
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
  const policy = openPolicy(home)
  const store = openStore(join(home, 'state.db'))
  releases.push(() => store.close())
  const key = await readOrMakeKey(home)
  const { curve } = nativeCurve()
  const signer = signerFromKey(key, curve)
  const speed = benchmark()
  const folders = nodeFolders(join(home, 'work'))

  const devDir = options.dev ? (options.devDir ?? join(home, 'dev')) : null
  const peers = devDir === null ? null : await openDevPeers(devDir)
  if (peers) releases.push(() => peers.leave())
  // Opened before the storage, and asked for an image only when a program starts.
  const content: Pick<Storage, 'materialise'> = {
    materialise: (cid, target, how) => storage.materialise(cid, target, how),
  }
  const [{ chain, rpcUrl }, network, oci] = await Promise.all([
    openChain(options, devDir, { signer, store, logger }, releases),
    openNetwork(options, key, peers, logger, releases),
    openSandbox(options, { logger, policy, content }, releases),
  ])
  const storage = await openStorage(options, { network, logger }, releases)
  const sandbox = withModules(oci, storage, home)
  const apps = await openApps({ sandbox, storage, folders }, logger, releases)

  const roleComponents = {
    signer,
    network,
    storage,
    store,
    chain,
    clock: systemClock,
    folders,
    logger,
    randomBytes: randomness,
    recoverSigner: recoveringBy(curve),
  }
  const watch = createJobWatch()
  const requestor = createRequestor(
    { ...roleComponents, sandbox: sandbox.part ?? closedSandbox(sandbox.trouble) },
    {
      apps: apps.loaded,
      speed,
      maxPricePerCoreHourWei: MAX_PRICE_PER_CORE_HOUR_WEI,
      // A node that lends gives the waiting program to its provider.
      started: new Map(
        options.provide ? [] : apps.loaded.flatMap(({ name, started }) => (started === null ? [] : [[name, started]])),
      ),
      onChange: watch.changed,
    },
  )
  releases.push(() => requestor.stop())
  await requestor.start()
  // Certificates are read when the registry has a client here.
  const grants = createGrants({ registry: null, clock: systemClock, logger }, { policy: policy.current })
  const provider = options.provide
    ? await startProviding(
        { ...roleComponents, sandbox, grants },
        { options, speed, apps: apps.loaded, lentCode },
        releases,
      )
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
    folders,
    sandbox,
    apps,
    requestor,
    provider,
    policy,
    grants,
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
