import { join } from 'node:path'
import type { Sandbox } from '@golem/ports'
import { GolemError } from '@golem/protocol'
import { createOciSandbox } from '@golem/sandbox'
import type { Logger } from 'pino'
import type { Part } from '../daemon-parts.ts'
import type { Release } from './release.ts'

export async function openSandbox(home: string, logger: Logger, releases: Release[]): Promise<Part<Sandbox>> {
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

/** Whatever asks it for a program is told why there is none. */
export const closedSandbox = (trouble: GolemError | null): Sandbox => ({
  doctor: async () => [],
  decline: () => trouble,
  start: () => Promise.reject(trouble),
  collect: () => Promise.reject(trouble),
  stop: async () => undefined,
})
