import { readFile } from 'node:fs/promises'
import { GolemError, signerFromKey } from '@golem/protocol'
import { z } from 'zod'
import { type ClaimRecord, claimRecord, unsoundClaims } from './claims.ts'
import { COST, type Cost, decryptSecret, encryptSecret, keystore } from './keystore.ts'
import { decryptKey, encryptKey } from './open-key.ts'
import { writeSecret } from './write-secret.ts'

const FORMAT = 'golem-backup/1'
/** As a home has it that needs no password. */
const BARE_KEY = /^[0-9a-f]{64}$/
const about = { format: z.literal(FORMAT), address: z.string(), createdAtMs: z.number() }

/** One file with all that money hangs on: the key, and the vouchers and proofs that nobody can make again. */
const backupFile = z.union([
  z.object({ ...about, key: z.string().regex(/^[0-9a-f]{64}$/), claims: z.array(claimRecord) }),
  /** Both under one password. */
  z.object({ ...about, keystore, claims: keystore }),
])

export type Backup = {
  key: Uint8Array
  /** As it lies in the file, for another home; null where it is plain. */
  encrypted: z.infer<typeof keystore> | null
  claims: ClaimRecord[]
}

/** @param password null: everything in plain */
export async function writeBackup(
  path: string,
  { key, claims }: Pick<Backup, 'key' | 'claims'>,
  { password, cost = COST }: { password: string | null; cost?: Cost },
): Promise<void> {
  const head = { format: FORMAT, address: signerFromKey(key).address, createdAtMs: Date.now() }
  const body =
    password === null
      ? { ...head, key: Buffer.from(key).toString('hex'), claims }
      : {
          ...head,
          keystore: await encryptKey(key, password, cost),
          claims: await encryptSecret(Buffer.from(JSON.stringify(claims)), password, cost),
        }
  try {
    await writeSecret(path, `${JSON.stringify(body)}\n`, { replace: false })
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    throw new GolemError({
      code: isThere ? 'FILE_EXISTS' : 'FOLDER_UNWRITABLE',
      message: isThere ? `${path} is there already.` : `${path} cannot be written.`,
      remedy: isThere ? 'Choose another name; a backup replaces nothing.' : 'Choose another folder.',
      cause,
    })
  }
}

/**
 * Reads a backup from a file.
 *
 * @param askPassword asked where it is encrypted
 * @throws {GolemError} `FILE_MISSING`, and as `parseBackup`
 */
export async function readBackup(path: string, askPassword: () => Promise<string>): Promise<Backup> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new GolemError({
      code: 'FILE_MISSING',
      message: `${path} cannot be read.`,
      remedy: 'Check the path and its permissions.',
      cause,
    })
  }
  return parseBackup(text, askPassword, path)
}

/**
 * A backup; or a keystore of another program or a bare key in hex, which have no claims.
 *
 * @param name of the text, for who is told that it is none
 * @throws {GolemError} `BACKUP_INVALID`, `PASSWORD_WRONG`
 */
export async function parseBackup(
  text: string,
  askPassword: () => Promise<string>,
  name = 'The file',
): Promise<Backup> {
  if (BARE_KEY.test(text.trim())) return { key: keyOf(text.trim(), name), encrypted: null, claims: [] }
  const value = parseJson(text)
  const foreign = keystore.safeParse(value)
  if (foreign.success) {
    const key = await decryptKey(foreign.data, await askPassword())
    return { key, encrypted: foreign.data, claims: [] }
  }
  const parsed = backupFile.safeParse(value)
  if (!parsed.success) throw invalid(name)
  const file = parsed.data
  if ('key' in file) return { key: keyOf(file.key, name), encrypted: null, claims: sound(file.claims, name) }
  const password = await askPassword()
  const key = await decryptKey(file.keystore, password)
  const claims = claimRecord
    .array()
    .safeParse(JSON.parse(Buffer.from(await decryptSecret(file.claims, password)).toString()))
  if (!claims.success) throw invalid(name)
  return { key, encrypted: file.keystore, claims: sound(claims.data, name) }
}

/** @throws {GolemError} `BACKUP_INVALID` where one of them cannot be read: a home with it would not start any more */
function sound(claims: ClaimRecord[], name: string): ClaimRecord[] {
  const [unsound] = unsoundClaims(claims)
  if (unsound === undefined) return claims
  throw new GolemError({
    code: 'BACKUP_INVALID',
    message: `${name} has a claim that this release cannot read: ${unsound.key.slice(0, 80)}.`,
    remedy: 'Bring it in with the release that wrote it, or a newer one.',
  })
}

/** @throws {GolemError} `BACKUP_INVALID` for 32 bytes that are no key */
function keyOf(hex: string, name: string): Uint8Array {
  const key = new Uint8Array(Buffer.from(hex, 'hex'))
  try {
    signerFromKey(key)
    return key
  } catch {
    throw invalid(name)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const invalid = (name: string) =>
  new GolemError({
    code: 'BACKUP_INVALID',
    message: `${name} is neither a backup nor a keystore.`,
    remedy: 'Name a file that `golem wallet export` or a wallet has written.',
  })
