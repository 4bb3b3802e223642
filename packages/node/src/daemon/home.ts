import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GolemError, newPrivateKey } from '@golem/protocol'

const KEY_BYTES = 32

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

/**
 * The node's one key: PeerId, Ethereum address and signatures. Made on the first start; mode 0600.
 *
 * @throws {GolemError} `KEY_INVALID`
 */
export async function readOrMakeKey(home: string): Promise<Uint8Array> {
  const path = join(home, 'key')
  const known = await readFile(path, 'utf8').catch(() => null)
  if (known !== null) {
    const bytes = Buffer.from(known.trim(), 'hex')
    if (bytes.length === KEY_BYTES) return bytes
    throw new GolemError({
      code: 'KEY_INVALID',
      message: `${path} holds no key of ${KEY_BYTES} bytes in hex.`,
      remedy: 'Restore it from a backup; without it the tokens of its address are lost.',
    })
  }
  const key = newPrivateKey()
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${Buffer.from(key).toString('hex')}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  return key
}

/** The bearer token of one run of the daemon. */
export const newToken = (): string => randomBytes(32).toString('hex')
