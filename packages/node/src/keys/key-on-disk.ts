import { link, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Address, GolemError } from '@golem/protocol'
import type { KeystoreFile } from './keystore.ts'
import { keyFiles } from './open-key.ts'
import { syncFolder, writeSecret } from './write-secret.ts'

/** The key of a home as it lies there: the text of its file. */
export type KeyOnDisk = { encrypted: string } | { plain: string }

/** Files of one key that were set aside at different times, under different passwords. */
const MAX_ASIDE = 100

/** @param keystore null: in plain */
export const keyOnDisk = (key: Uint8Array, keystore: KeystoreFile | null): KeyOnDisk =>
  keystore === null
    ? { plain: `${Buffer.from(key).toString('hex')}\n` }
    : { encrypted: `${JSON.stringify(keystore)}\n` }

/** @throws {GolemError} `KEY_INVALID` where there is none */
export async function readKeyOnDisk(home: string): Promise<KeyOnDisk> {
  const files = keyFiles(home)
  const encrypted = await readIfThere(files.encrypted)
  if (encrypted !== null) return { encrypted }
  const plain = await readIfThere(files.plain)
  if (plain !== null) return { plain }
  throw new GolemError({ code: 'KEY_INVALID', message: `There is no key in ${home}.`, remedy: 'Restore it.' })
}

/**
 * Writes over the key of a home: whoever calls this has set that aside. Whenever it is broken off, the one or the other
 * opens the home: `openKey` prefers the encrypted file.
 */
export async function putKeyOnDisk(home: string, wanted: KeyOnDisk): Promise<void> {
  const files = keyFiles(home)
  const [path, text, other] =
    'encrypted' in wanted
      ? [files.encrypted, wanted.encrypted, files.plain]
      : [files.plain, wanted.plain, files.encrypted]
  await writeSecret(path, text, { replace: true })
  await rm(other, { force: true })
  await syncFolder(home)
}

/**
 * Gives the file of the present key a second name, with its address, under which it stays: never removed, and never
 * written over.
 */
export async function setKeyAside(home: string, address: Address): Promise<string> {
  const files = keyFiles(home)
  const isEncrypted = (await readIfThere(files.encrypted)) !== null
  const path = isEncrypted ? files.encrypted : files.plain
  const text = await readFile(path, 'utf8')
  for (let count = 1; count <= MAX_ASIDE; count++) {
    const again = count === 1 ? '' : `-${count}`
    const aside = join(home, isEncrypted ? `keystore-${address}${again}.json` : `key-${address}${again}`)
    if ((await readIfThere(aside)) === text) return aside
    try {
      await link(path, aside)
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue
      // A file system without links: a copy, whole or not at all.
      await writeSecret(aside, text, { replace: false })
    }
    await syncFolder(dirname(aside))
    return aside
  }
  throw new GolemError({
    code: 'KEY_EXISTS',
    message: `The key of ${address} lies in ${home} under too many names already.`,
    remedy: 'Move some of them elsewhere.',
  })
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw cause
  }
}
