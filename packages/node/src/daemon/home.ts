import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { GolemError } from '@golem/protocol'

/** Makes the folder of a node, readable by its owner alone. @throws {GolemError} `HOME_UNUSABLE` */
export async function prepareHome(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new GolemError({
      code: 'HOME_UNUSABLE',
      message: `The folder ${home} cannot be made.`,
      remedy: 'Choose another with --home, or change its permissions.',
      cause,
    })
  }
}

/** The bearer token of one run of the daemon. */
export const newToken = (): string => randomBytes(32).toString('hex')
