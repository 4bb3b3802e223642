import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { type ApiFile, removeApiFile, writeApiFile } from '@golem/api/api-file'
import type { GridFile } from '@golem/api/grid-file'
import type { Chain, Network, Sandbox, Storage } from '@golem/ports'
import {
  type Address,
  keyOpenerFromKey,
  type Problem,
  parseGlm,
  recoveringBy,
  type Signer,
  signerFromKey,
} from '@golem/protocol'
import {
  createAuditor,
  createDirectory,
  createDisputesDesk,
  createFollowedLists,
  createGrants,
  createRequestor,
  createWatch,
} from '@golem/roles'
import { createClamScanner } from '@golem/sandbox'
import { createSurroundings } from '@golem/surroundings'
import type { Logger } from 'pino'
import { lastPort, rememberPort } from '../app/last-port.ts'
import { readPages } from '../app/read-pages.ts'
import { createSessions } from '../app/sessions.ts'
import { INSTALL_ROOT } from '../apps/discover-apps.ts'
import { benchmark } from '../benchmark.ts'
import { nodeFolders } from '../folders.ts'
import { readGrid } from '../grid/read-grid.ts'
import { serveGridChain } from '../grid/serve-grid-chain.ts'
import { createHttpServer } from '../http/index.ts'
import { exportBackup } from '../keys/export-backup.ts'
import { encryptKey, type OpenedKey, openKey } from '../keys/open-key.ts'
import { longEnough, passwordSource } from '../keys/password.ts'
import { createEarningsRecord } from '../lending/earnings-record.ts'
import { openLending } from '../lending/open-lending.ts'
import type { ProvideChange } from '../lending/provide-settings.ts'
import { openSettings } from '../lending/settings-store.ts'
import type { DaemonOptions } from '../options.ts'
import { openPolicy } from '../policy/open-policy.ts'
import { nativeCurve } from '../signing/native-curve.ts'
import { openHomeStore, openState } from '../store/open-state.ts'
import { openUploads } from '../uploads/open-uploads.ts'
import { VERSION } from '../version.ts'
import { createDaemonApi } from './api/create-daemon-api.ts'
import type { DaemonParts, Keyring, Part } from './daemon-parts.ts'
import { openDevPeers } from './dev-peers.ts'
import { newToken, prepareHome } from './home.ts'
import type { HomeChange } from './home-change.ts'
import { createJobWatch } from './job-watch.ts'
import { makeProvider } from './parts/make-provider.ts'
import { openApps } from './parts/open-apps.ts'
import { openChain } from './parts/open-chain.ts'
import { openNetwork } from './parts/open-network.ts'
import { closedSandbox, openSandbox, withModules } from './parts/open-sandbox.ts'
import { openStorage } from './parts/open-storage.ts'
import { openTrust } from './parts/open-trust.ts'
import { randomness } from './parts/randomness.ts'
import type { Release } from './parts/release.ts'
import { systemClock } from './parts/system-clock.ts'

/** Where the set-up builds the Golem App. */
const PAGES = join(INSTALL_ROOT, 'web', 'dist')
/** What is not lent by default: see `MEMORY_SHARE`. */
const CHECKS_MEMORY_SHARE = 0.25
/** No offer above this is taken, whatever the budget. */
const MAX_PRICE_PER_CORE_HOUR_WEI = parseGlm('1000')
/** As in the crowdfunding. Gas of a development chain is worth nothing. */
const GLM_PER_ETH = 1_000

export type Daemon = {
  readonly api: ApiFile
  readonly opened: OpenedKey
  readonly grid: GridFile | null
  stop(): Promise<void>
}

export type DaemonComponents = {
  logger: Logger
  /** Called when the interface is asked to shut the node down. */
  onStopRequest: () => void
  /** Called when the interface is asked for a change of the home, from which the node is to start anew. */
  onChange: (change: HomeChange) => void
  /** Of the start before, in the same process: the key, and why it is not as was wanted. */
  kept: { opened: OpenedKey; problem: Problem | null } | null
  /** Default: none. */
  disguise?: (own: { signer: Signer }) => Disguise
}

/** What stands between the roles and the world: how tests have a node cheat in whatever it computes, says and keeps. */
export type Disguise = {
  /** By the application's module. Default: all that are installed. */
  hasApp?: (module: string) => boolean
  /** In which all runs but what is lent. */
  sandbox?: (sandbox: Sandbox) => Sandbox
  lentSandbox?: (sandbox: Sandbox) => Sandbox
  network?: <N extends Network>(network: N) => N
  storage?: <S extends Storage>(storage: S) => S
  chain?: <C extends Chain>(chain: C) => C
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
    return { ...(await start(components, options, releases)), stop: release }
  } catch (error) {
    await release()
    throw error
  }
}

async function start(
  { logger, onStopRequest, onChange, kept, disguise = () => ({}) }: DaemonComponents,
  options: DaemonOptions,
  releases: Release[],
): Promise<Omit<Daemon, 'stop'>> {
  const { home } = options
  const startedAtMs = Date.now()
  await prepareHome(home)
  const policy = openPolicy(home)
  const first = openHomeStore(home)
  releases.push(async () => first.close())
  // Where tokens are accounting, nobody is asked for a password.
  const isDev = options.dev || options.grid
  const opened = kept?.opened ?? (await openKey(home, { dev: isDev, password: passwordSource(options.passwordFile) }))
  const { key } = opened
  const { curve } = nativeCurve()
  const signer = signerFromKey(key, curve)
  const store = openState(home, first, signer.address)
  releases.push(async () => store.close())
  const settings = openSettings(store)
  const keyring: Keyring = {
    isEncrypted: opened.isEncrypted,
    exportTo: (request) => exportBackup({ home, store, opened }, request),
    encrypt: async (password) => encryptKey(key, longEnough(password)),
  }
  const speed = benchmark()
  const through = disguise({ signer })
  const folders = nodeFolders(join(home, 'work'))

  const grid = options.grid ? await readGrid(home) : null
  const devDir = devDirOf(options, grid)
  const peers = options.dev && devDir !== null ? await openDevPeers(devDir, signer.address) : null
  if (peers) releases.push(() => peers.leave())
  // Opened before the storage, and asked for an image only when a program starts.
  const content: Pick<Storage, 'materialise'> = {
    materialise: (cid, target, how) => storage.materialise(cid, target, how),
  }
  const opening = openNetwork(options, key, { peers, grid }, logger, releases).then(
    (network) => through.network?.(network) ?? network,
  )
  const choice =
    grid?.role === 'member' ? { grid, network: opening } : devDir === null ? { there: options } : { devDir }
  const settling = openChain(choice, { signer, store, logger }, releases)
  // Awaited below: applications need no chain, and it may start meanwhile.
  settling.catch(() => undefined)
  const [network, oci] = await Promise.all([
    opening,
    openSandbox(options, { logger, policy, settings, content }, releases),
  ])
  const own = await openStorage(options, { network, logger }, releases)
  const storage = through.storage?.(own) ?? own
  const confined = withModules(oci, storage, home)
  const sandbox = disguised(confined, through.sandbox)
  const preparing = openApps({ sandbox, storage, folders }, logger, releases, through.hasApp)
  // Both to their end, so that what one has started is released though the other failed.
  await Promise.allSettled([settling, preparing])
  const [{ fill, ...onChain }, apps] = await Promise.all([settling, preparing])
  const { registry, blacklist, rpcUrl } = onChain
  const chain = through.chain?.(onChain.chain) ?? onChain.chain
  if (grid?.role === 'host' && fill !== null) {
    releases.push(serveGridChain({ network, rpcUrl, fill, logger, now: () => performance.now() }))
  }

  const clock = systemClock(network.clockCorrectionMs)
  const lists = createFollowedLists(
    { blacklist, registry, clock, logger: logger.child({ room: 'lists' }) },
    { policy: policy.current },
  )
  releases.push(async () => lists.stop())
  // Nobody is met before it is known whom they name.
  await lists.refresh()
  lists.start()
  const { book, backings, judgement, onConvicted, publisher } = openTrust(
    { ...onChain, store, signer, lists, policy, clock, logger: logger.child({ room: 'trust' }) },
    releases,
  )
  const recoverSigner = recoveringBy(curve)
  const directory = createDirectory({ network, signer, clock, logger, recoverSigner })
  releases.push(() => directory.stop())
  const opener = keyOpenerFromKey(key)
  const roleComponents = {
    directory,
    signer,
    opener,
    network,
    storage,
    store,
    chain,
    clock,
    folders,
    logger,
    lists,
    book,
    backings,
    judgement,
    randomBytes: randomness,
    recoverSigner,
  }
  const { stake, disputes, beacon } = onChain
  const stakedWei = async (staker: Address) => {
    const { arbiter, agedWei, activeWei } = await stake.of(staker)
    if (arbiter !== disputes.address) return 0n
    return activeWei < agedWei ? activeWei : agedWei
  }
  const glmPerEth = options.glmPerEth ?? (isDev ? 0 : GLM_PER_ETH)
  const jobWatch = createJobWatch()
  const lendsNow = options.provide || settings.read()?.isOn === true
  let hasStarted = lendsNow && through.lentSandbox === undefined
  const requestor = createRequestor(
    {
      ...roleComponents,
      sandbox: sandbox.part ?? closedSandbox(sandbox.trouble),
      auditing: {
        ...{ beacon, agedWei: stakedWei, followed: () => policy.current().blacklist.follow },
        onConvicted: ({ provider, verdict }) => {
          const why = 'two auditors agree that it delivered a wrong result'
          void publisher.consider({
            party: provider,
            as: ['provider'],
            evidence: verdict,
            fromS: clock.now() / 1_000,
            why,
          })
        },
      },
    },
    {
      apps: apps.loaded,
      speed,
      maxInputBytes: storage.usage().maxBytes,
      maxPricePerCoreHourWei: MAX_PRICE_PER_CORE_HOUR_WEI,
      // A node that lends gives the waiting program to its provider.
      started: new Map(
        hasStarted ? [] : apps.loaded.flatMap(({ name, started }) => (started === null ? [] : [[name, started]])),
      ),
      beside: { programs: availableParallelism() - 1, memoryBytes: totalmem() * CHECKS_MEMORY_SHARE },
      glmPerEth,
      onChange: jobWatch.changed,
    },
  )
  releases.push(() => requestor.stop())
  await requestor.start()
  // Panels are served, and own disputes looked after, whether anything is lent or not.
  const disputesDesk = createDisputesDesk(
    { ...roleComponents, disputes: onChain.disputes, sandbox: sandbox.part ?? closedSandbox(sandbox.trouble) },
    { apps: apps.loaded, maxInputBytes: storage.usage().maxBytes, speed, onConvicted },
  )
  releases.push(() => disputesDesk.stop())
  disputesDesk.start()
  const scanner = createClamScanner({ mode: () => policy.current().scan ?? 'auto' })
  const grants = createGrants({ registry, lists, judgement, clock, logger }, { policy: policy.current })
  // What was earned is looked after whether anything is lent or not.
  const watch = createWatch(roleComponents, { glmPerEth })
  releases.push(() => watch.stop())
  const auditor = createAuditor(
    {
      ...{ ...roleComponents, watch, beacon, settlement: chain.settlement },
      sandbox: sandbox.part ?? closedSandbox(sandbox.trouble),
    },
    { apps: apps.loaded, maxInputBytes: storage.usage().maxBytes, speed },
  )
  releases.push(() => auditor.stop())
  auditor.start()
  const surroundings = createSurroundings(
    { sandboxCpuMs: async () => (await sandbox.part?.cpuMs()) ?? 0, logger: logger.child({ room: 'surroundings' }) },
    {},
  )
  releases.push(() => surroundings.stop())
  const lending = await openLending(
    {
      settings,
      surroundings,
      // Whoever lends by the hour means the clock on the wall.
      clock: systemClock(() => 0),
      logger,
      createProvider: (wanted) => {
        const { unpaidLimitWei } = options
        const providing = { speed, apps: apps.loaded, unpaidLimitWei, hasStarted }
        hasStarted = false
        const lent = disguised(confined, through.lentSandbox)
        return makeProvider({ ...roleComponents, watch, sandbox: lent, grants, scanner }, providing, wanted)
      },
    },
    { change: startChange(options) },
  )
  releases.push(() => lending.stop())
  watch.start()
  const earningsRecord = createEarningsRecord({
    store,
    earnedWei: () => watch.earnings().earnedWei,
    now: () => clock.now(),
  })
  releases.push(async () => earningsRecord.stop())
  const uploads = await openUploads({ folder: join(home, 'uploads'), nowMs: Date.now() })

  const parts: DaemonParts = {
    options,
    grid,
    changeProblem: kept?.problem ?? null,
    startedAtMs,
    signer,
    opener,
    recoverSigner,
    ...onChain,
    network,
    storage,
    store,
    folders,
    sandbox,
    apps,
    requestor,
    auditor,
    scanner,
    stakedWei,
    watch,
    earningsRecord,
    uploads,
    keyring,
    lending,
    policy,
    grants,
    lists,
    book,
    judgement,
    speed,
  }
  const token = newToken()
  const serve = async (port: number) =>
    createHttpServer(
      {
        daemon: createDaemonApi(parts, jobWatch, { onStopRequest, onChange }),
        token,
        sessions: createSessions({ store, now: Date.now }),
        logger,
      },
      { port, version: VERSION, pages: await readPages(PAGES) },
    )
  // A page that is open finds the daemon again where it was.
  const last = options.port === 0 ? await lastPort(home) : options.port
  const server = await serve(last).catch((error: unknown) => {
    if (options.port === 0 && last !== 0) return serve(0)
    throw error
  })
  releases.push(() => server.stop())
  await peers?.announce(network.contact())
  const api: ApiFile = { url: server.url, token, pid: process.pid }
  await writeApiFile(home, api)
  releases.push(() => removeApiFile(home, process.pid))
  await rememberPort(home, Number(new URL(server.url).port))
  logger.info({ address: signer.address, url: server.url, ms: Date.now() - startedAtMs }, 'the node is up')
  return { api, opened, grid }
}

const disguised = (sandbox: Part<Sandbox>, through: Disguise['sandbox']): Part<Sandbox> =>
  sandbox.part === null || through === undefined ? sandbox : { part: through(sandbox.part), trouble: null }

/** The folder of the development chain that this node keeps, alone or with others of its machine. */
function devDirOf({ dev, devDir, home }: DaemonOptions, grid: GridFile | null): string | null {
  if (dev) return devDir ?? join(home, 'dev')
  return grid?.role === 'host' ? join(home, 'grids', grid.name) : null
}

/** What a start says of lending; what it leaves out stays as it was. */
const startChange = ({ provide, cores, pricePerCoreHourWei, priority }: DaemonOptions): ProvideChange => ({
  ...(provide ? { isOn: true } : {}),
  cores,
  pricePerCoreHourWei,
  priority,
})
