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
  isOpened: (module: string) => boolean = () => true,
): Promise<DaemonParts['apps']> {
  await folders.make(PROGRAM_FOLDERS)
  if (sandbox.part === null) return { loaded: [], troubles: [sandbox.trouble] }
  const running = sandbox.part
  const open = async (module: string): Promise<LoadedApp | GolemError> => {
    const host = await startAppHost({ sandbox: running, logger }, module)
    releases.push(() => host.stop())
    try {
      const app = await loadApp({ host, sandbox: running, storage, folders, randomBytes: randomness })
      releases.push(() => app.started?.kill())
      return app
    } catch (error) {
      if (!(error instanceof GolemError)) throw error
      logger.warn({ module, code: error.code }, error.sentence)
      return error
    }
  }
  // All of them, so that what one has started is released though another failed.
  const opened = await Promise.allSettled((await discoverApps()).filter(isOpened).map(open))
  const apps = opened.map((each) => {
    if (each.status === 'rejected') throw each.reason
    return each.value
  })
  return {
    loaded: apps.flatMap((each) => (each instanceof GolemError ? [] : [each])),
    troubles: apps.flatMap((each) => (each instanceof GolemError ? [each] : [])),
  }
}
