import { homedir } from 'node:os'
import { join } from 'node:path'
import { isEnded } from '@golem/api/client'
import type { NodeApi } from '../../http/index.ts'
import { VERSION } from '../../version.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import { examineApp } from '../examine-app.ts'
import { examineSelf } from '../examine-self.ts'
import { moneyTroubles } from '../money-troubles.ts'
import { recentRejections } from '../recent-rejections.ts'
import { toApiProvider } from '../views.ts'

/** Long enough to be read by who asked for it. */
const CHANGE_TROUBLE_MS = 10 * 60_000
const changeTroubles = ({ changeProblem, startedAtMs }: DaemonParts, nowMs: number) =>
  changeProblem !== null && nowMs - startedAtMs < CHANGE_TROUBLE_MS ? [changeProblem] : []

export function createNodeApi(parts: DaemonParts, onStopRequest: () => void): NodeApi {
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
      resultsDir: join(homedir(), 'Golem'),
      chain: {
        chainId: chain.settlement.chainId,
        reachable: await chain.now().then(
          () => true,
          () => false,
        ),
        dev: options.dev || options.grid,
        rpcUrl: parts.rpcUrl,
      },
      apps: apps.loaded.map(({ manifest }) => ({
        name: manifest.name,
        version: manifest.version,
        tools: manifest.runtime.kind === 'oci' && manifest.runtime.root === 'host-tools' ? manifest.runtime.tools : {},
        isWaiting: requestor.isWaiting(manifest.name),
      })),
      provider: toApiProvider(parts.lending, parts.speed),
      troubles: [...moneyTroubles(parts), ...changeTroubles(parts, Date.now())],
      rejections: recentRejections(parts),
      jobs: {
        running: requestor.jobs().filter(({ state }) => !isEnded(state)).length,
        total: requestor.jobs().length,
      },
    }),
    shutdown: async () => onStopRequest(),
    doctor: async (app) => ({ checks: app === undefined ? await examineSelf(parts) : await examineApp(parts, app) }),
  }
}
