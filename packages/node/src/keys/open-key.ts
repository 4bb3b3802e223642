import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { addressOfPublicKey, GolemError, newPrivateKey, signerFromKey } from '@golem/protocol'
import { COST, type Cost, decryptSecret, encryptSecret, type KeystoreFile, keystore } from './keystore.ts'
import type { PasswordSource } from './password.ts'
import { writeSecret } from './write-secret.ts'

const KEY_BYTES = 32
const MAX_TRIES = 3

export const keyFiles = (home: string) => ({ plain: join(home, 'key'), encrypted: join(home, 'keystore.json') })

export type OpenKeyOptions = {
  /** A node on a development chain needs no password. */
  dev: boolean
  password: PasswordSource
  /** Of deriving a key from a password. */
  cost?: Cost
}
export type OpenedKey = { key: Uint8Array; isEncrypted: boolean }

/**
 * The node's one key: PeerId, Ethereum address and signatures. It lies encrypted in `keystore.json`, or, on a
 * development chain, as plain text in `key`. A plain key is encrypted the first time that its node is started for a
 * chain with money; a new one is made where there is none.
 *
 * @throws {GolemError} `KEY_INVALID`, `PASSWORD_MISSING`, `PASSWORD_WRONG`, `PASSWORD_SHORT`
 */
export async function openKey(home: string, { dev, password, cost = COST }: OpenKeyOptions): Promise<OpenedKey> {
  const files = keyFiles(home)
  const encrypted = await readKeystore(files.encrypted)
  if (encrypted !== null) {
    const key = await decryptWithTries(encrypted, password)
    // What a crash left between the two steps of encrypting it.
    await rm(files.plain, { force: true })
    return { key, isEncrypted: true }
  }
  const plain = await readPlainKey(files.plain)
  const key = plain ?? newPrivateKey()
  if (dev) {
    if (plain === null) await writeSecret(files.plain, `${Buffer.from(key).toString('hex')}\n`, { replace: false })
    return { key, isEncrypted: false }
  }
  await writeKeystore(files.encrypted, await encryptKey(key, await password('new', 'first'), cost))
  if (plain !== null) await rm(files.plain)
  return { key, isEncrypted: true }
}

/** @throws {GolemError} `PASSWORD_SHORT` */
export async function encryptKey(key: Uint8Array, password: string, cost: Cost = COST): Promise<KeystoreFile> {
  const address = addressOfPublicKey(signerFromKey(key).publicKey).slice(2)
  return { ...(await encryptSecret(key, password, cost)), address }
}

/** @throws {GolemError} `KEY_INVALID`, `PASSWORD_WRONG` */
export async function decryptKey(file: KeystoreFile, password: string): Promise<Uint8Array> {
  const key = await decryptSecret(file, password)
  if (key.length === KEY_BYTES) return key
  throw invalid('The keystore holds no key of 32 bytes.')
}

/** null where there is none. @throws {GolemError} `KEY_INVALID` */
export async function readKeystore(path: string): Promise<KeystoreFile | null> {
  const text = await readIfThere(path)
  if (text === null) return null
  const parsed = keystore.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw invalid(`${path} is no keystore (Web3 Secret Storage, version 3, with scrypt).`)
}

export const writeKeystore = (path: string, file: KeystoreFile): Promise<void> =>
  writeSecret(path, `${JSON.stringify(file)}\n`, { replace: false })

/** null where there is none. @throws {GolemError} `KEY_INVALID` */
export async function readPlainKey(path: string): Promise<Uint8Array | null> {
  const text = await readIfThere(path)
  if (text === null) return null
  const bytes = Buffer.from(text.trim(), 'hex')
  if (bytes.length === KEY_BYTES) return new Uint8Array(bytes)
  throw invalid(`${path} holds no key of ${KEY_BYTES} bytes in hex.`)
}

/** A file that is there and cannot be read is no reason to make another key. */
async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new GolemError({
      code: 'KEY_INVALID',
      message: `${path} cannot be read.`,
      remedy: 'Check its permissions, and that it is a file.',
      cause,
    })
  }
}

async function decryptWithTries(file: KeystoreFile, password: PasswordSource): Promise<Uint8Array> {
  for (let tries = 1; ; tries++) {
    try {
      return await decryptKey(file, await password('open', tries === 1 ? 'first' : 'wrong'))
    } catch (error) {
      if (!(error instanceof GolemError) || error.code !== 'PASSWORD_WRONG' || tries === MAX_TRIES) throw error
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const invalid = (message: string) =>
  new GolemError({
    code: 'KEY_INVALID',
    message,
    remedy: 'Restore it with `golem wallet import`; without it the tokens of its address are lost.',
  })
