import { join } from 'node:path'
import type { Sandbox, Storage } from '@golem/ports'
import { GolemError } from '@golem/protocol'
import { createOciSandbox, createWasmSandbox } from '@golem/sandbox'
import type { Logger } from 'pino'
import type { SettingsStore } from '../../lending/settings-store.ts'
import type { DaemonOptions } from '../../options.ts'
import type { PolicyStore } from '../../policy/open-policy.ts'
import type { Part } from '../daemon-parts.ts'
import type { Release } from './release.ts'

const UNBOUNDED = Number.POSITIVE_INFINITY

export async function openSandbox(
  { home, runtime }: DaemonOptions,
  {
    logger,
    policy,
    settings,
    content,
  }: { logger: Logger; policy: PolicyStore; settings: SettingsStore; content: Pick<Storage, 'materialise'> },
  releases: Release[],
): Promise<Part<Sandbox>> {
  try {
    const part = await createOciSandbox(
      { logger: logger.child({ room: 'sandbox' }), content },
      {
        stateDir: join(home, 'sandbox'),
        runtime,
        allDiskBytes: () =>
          Math.min(policy.current().max.allDiskBytes ?? UNBOUNDED, settings.read()?.diskBytes ?? UNBOUNDED),
        allMemoryBytes: () => settings.read()?.memoryBytes ?? UNBOUNDED,
      },
    )
    releases.push(() => part.stop())
    return { part, trouble: null }
  } catch (error) {
    if (error instanceof GolemError) return { part: null, trouble: error }
    throw error
  }
}

/** The same sandbox, which runs modules from the storage too. */
export const withModules = (sandbox: Part<Sandbox>, storage: Storage, home: string): Part<Sandbox> =>
  sandbox.part === null
    ? sandbox
    : {
        part: createWasmSandbox({ sandbox: sandbox.part, storage }, { stateDir: join(home, 'sandbox') }),
        trouble: null,
      }

/** Whatever asks it for a program is told why there is none. */
export const closedSandbox = (trouble: GolemError | null): Sandbox => ({
  doctor: async () => [],
  decline: () => trouble,
  start: () => Promise.reject(trouble),
  collect: () => Promise.reject(trouble),
  cpuMs: async () => 0,
  stop: async () => undefined,
})
