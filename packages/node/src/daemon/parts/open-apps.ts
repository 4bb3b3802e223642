import type { Folders, Sandbox, Storage } from '@golem/ports'
import { GolemError } from '@golem/protocol'
import { PROGRAM_FOLDERS } from '@golem/roles'
import type { Logger } from 'pino'
import { startAppHost } from '../../apps/app-host.ts'
import { discoverApps } from '../../apps/discover-apps.ts'
import { type LoadedApp, loadApp } from '../../apps/load-app.ts'
import type { DaemonParts, Part } from '../daemon-parts.ts'
import { randomness } from './randomness.ts'
import type { Release } from './release.ts'

export async function openApps(
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
    const host = await startAppHost({ sandbox: running, logger }, module)
    releases.push(() => host.stop())
    try {
      const app = await loadApp({ host, sandbox: running, storage, folders, randomBytes: randomness })
      releases.push(() => app.started?.kill())
      loaded.push(app)
    } catch (error) {
      if (!(error instanceof GolemError)) throw error
      logger.warn({ module, code: error.code }, error.sentence)
      troubles.push(error)
    }
  }
  return { loaded, troubles }
}
