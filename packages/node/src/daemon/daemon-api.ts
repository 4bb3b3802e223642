import type { Check } from '@golem/api'
import { GolemError } from '@golem/protocol'
import type { DaemonApi } from '../http/index.ts'
import { VERSION } from '../version.ts'
import { checkWritable } from './check-writable.ts'
import type { DaemonParts } from './daemon-parts.ts'
import type { JobWatch } from './job-watch.ts'
import { toApiDetail, toApiJob, toApiOffer, toApiProvider, toApiReceipt } from './views.ts'

const DEFAULT_OFFER_TIMEOUT_MS = 20_000
const ENDED = new Set(['done', 'failed', 'cancelled'])

/** What the HTTP server serves, over the running parts. */
export function createDaemonApi(parts: DaemonParts, watch: JobWatch, onStopRequest: () => void): DaemonApi {
  const { options, requestor, chain, signer, network, apps } = parts
  return {
    status: async () => ({
      version: VERSION,
      pid: process.pid,
      address: signer.address,
      peerId: network.self.peerId,
      addresses: network.contact().addresses,
      peers: network.peers().length,
      uptimeMs: Date.now() - parts.startedAtMs,
      chain: {
        chainId: chain.settlement.chainId,
        reachable: await chain.now().then(
          () => true,
          () => false,
        ),
        dev: options.dev,
        rpcUrl: parts.rpcUrl,
      },
      apps: apps.loaded.map(({ manifest }) => ({
        name: manifest.name,
        version: manifest.version,
        tools: manifest.runtime.tools,
      })),
      provider: parts.provider?.part
        ? toApiProvider(parts.provider.part.status())
        : {
            state: 'off',
            reason: 'This node does not lend; start it with `golem up --provide`.',
            cores: 0,
            speed: parts.speed,
            pricePerCoreHourWei: options.pricePerCoreHourWei.toString(),
            activities: [],
          },
      jobs: {
        running: requestor.jobs().filter(({ state }) => !ENDED.has(state)).length,
        total: requestor.jobs().length,
      },
    }),
    shutdown: async () => onStopRequest(),
    createJob: async ({ budgetWei, offerTimeoutMs, parameters, ...rest }) => {
      if (parts.sandbox.trouble) throw parts.sandbox.trouble
      const [trouble] = apps.troubles
      if (trouble && apps.loaded.length === 0) throw trouble
      await checkWritable(rest.outDir)
      const view = await requestor.create({
        ...rest,
        parameters,
        budgetWei: budgetWei === null ? null : BigInt(budgetWei),
        offerTimeoutMs: offerTimeoutMs ?? options.offerTimeoutMs ?? DEFAULT_OFFER_TIMEOUT_MS,
      })
      return toApiJob(view)
    },
    jobs: async () => requestor.jobs().map(toApiJob),
    job: async (id) => toApiDetail(requestor.job(id), requestor.subtasks(id)),
    watchJob: (id, watchOptions) => {
      requestor.job(id)
      return watch.watch(() => toApiJob(requestor.job(id)), id, watchOptions)
    },
    startJob: async (id, { budgetWei }) =>
      toApiJob(requestor.confirm(id, budgetWei === null ? null : BigInt(budgetWei))),
    cancelJob: async (id) => toApiJob(requestor.cancel(id)),
    resumeJob: async (id, { budgetWei }) =>
      toApiJob(await requestor.resume(id, budgetWei === null ? null : BigInt(budgetWei))),
    offers: async () => requestor.offers().map((offer) => toApiOffer(offer, titleOf(parts, offer.body.manifest))),
    wallet: async () => {
      const { walletWei, freeWei, gasWei } = await chain.balances(signer.address)
      const { spentWei, lockedWei } = await requestor.treasury.totals()
      const earnings = parts.provider?.part?.earnings() ?? { earnedWei: 0n, owedToMeWei: 0n }
      return {
        address: signer.address,
        chainId: chain.settlement.chainId,
        walletWei: walletWei.toString(),
        freeWei: freeWei.toString(),
        lockedWei: lockedWei.toString(),
        gasWei: gasWei.toString(),
        owedToMeWei: earnings.owedToMeWei.toString(),
        earnedWei: earnings.earnedWei.toString(),
        spentWei: spentWei.toString(),
      }
    },
    deposit: async (amountWei) => toApiReceipt(await chain.deposit(BigInt(amountWei))),
    withdraw: async (amountWei) => toApiReceipt(await chain.withdraw(BigInt(amountWei))),
    doctor: async () => ({ checks: await examineSelf(parts) }),
  }
}

const titleOf = ({ apps }: DaemonParts, manifest: string): string =>
  apps.loaded.find((app) => app.manifestCid === manifest)?.title ?? manifest

/** What this machine can run, what is missing, and the remedy. */
async function examineSelf({ sandbox, apps, chain, network, provider }: DaemonParts): Promise<Check[]> {
  const checks: Check[] = [{ name: 'Node.js', ok: true, detail: process.version }]
  if (sandbox.trouble) checks.push(failed('sandbox', sandbox.trouble))
  else checks.push(...(await sandbox.part.doctor()))
  for (const app of apps.loaded) checks.push({ name: app.name, ok: true, detail: `${app.title}, rendering on CPU` })
  if (!sandbox.trouble) for (const trouble of apps.troubles) checks.push(failed('application', trouble))
  checks.push(
    await chain.now().then(
      (): Check => ({ name: 'chain', ok: true, detail: `chain ${chain.settlement.chainId} answers` }),
      (error: unknown): Check => failed('chain', error),
    ),
  )
  const peers = network.peers().length
  checks.push({
    name: 'network',
    ok: peers > 0,
    detail: `${peers} peers connected`,
    ...(peers > 0 ? {} : { remedy: 'Connect to a grid with `golem up --bootstrap ADDRESS`, or start another node.' }),
  })
  if (provider?.part) {
    const { state, reason } = provider.part.status()
    checks.push({ name: 'lending', ok: state !== 'failed', detail: `${state}: ${reason}` })
  }
  return checks
}

function failed(name: string, error: unknown): Check {
  if (!(error instanceof GolemError)) return { name, ok: false, detail: String(error) }
  return { name, ok: false, detail: error.message, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) }
}
