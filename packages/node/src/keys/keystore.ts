import { pbkdf2 as pbkdf2Callback, randomBytes, scrypt as scryptCallback } from 'node:crypto'
import { promisify } from 'node:util'
import { GolemError } from '@golem/protocol'
import { Keystore } from 'ox'
import { z } from 'zod'

/** What deriving a key from a password takes: 256 MiB and a second, as geth has it. */
export const COST = { n: 2 ** 18, r: 8, p: 1 }
export type Cost = typeof COST
/** A file that asks for more than this is somebody's joke. */
const MOST = { memoryBytes: 1024 ** 3, rounds: 2 ** 24 }

const scrypt = promisify(
  (password: string, salt: Buffer, length: number, cost: object, done: (error: Error | null, key: Buffer) => void) =>
    scryptCallback(password, salt, length, cost, done),
)
const pbkdf2 = promisify(pbkdf2Callback)
const hex = (bytes?: number) =>
  z.string().regex(bytes === undefined ? /^([0-9a-f]{2})*$/ : new RegExp(`^[0-9a-f]{${2 * bytes}}$`))

const scryptParams = z.object({
  dklen: z.literal(32),
  n: z.int().min(2),
  p: z.int().min(1).max(64),
  r: z.int().min(1).max(64),
  salt: hex(),
})
const pbkdf2Params = z.object({
  dklen: z.literal(32),
  c: z.int().min(1),
  prf: z.literal('hmac-sha256'),
  salt: hex(),
})
const sealed = z.object({
  cipher: z.literal('aes-128-ctr'),
  ciphertext: hex(),
  cipherparams: z.object({ iv: hex(16) }),
  mac: hex(32),
})

/** Web3 Secret Storage, version 3, as geth and other wallets write it. */
export const keystore = z.object({
  version: z.literal(3),
  id: z.string().default(''),
  address: z.string().optional(),
  crypto: z.discriminatedUnion('kdf', [
    sealed.extend({ kdf: z.literal('scrypt'), kdfparams: scryptParams }),
    sealed.extend({ kdf: z.literal('pbkdf2'), kdfparams: pbkdf2Params }),
  ]),
})
export type KeystoreFile = z.infer<typeof keystore>

/**
 * Encrypts a secret under a password.
 *
 * @see https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage/
 */
export async function encryptSecret(secret: Uint8Array, password: string, cost: Cost = COST): Promise<KeystoreFile> {
  const salt = randomBytes(32)
  const key = await keyOf(password, salt, cost)
  const iv = new Uint8Array(randomBytes(16))
  const kdfparams = { dklen: 32, ...cost, salt: salt.toString('hex') }
  return keystore.parse(Keystore.encrypt(Uint8Array.from(secret), key, { iv, kdf: 'scrypt', kdfparams }))
}

/** @throws {GolemError} `PASSWORD_WRONG`, `KEY_INVALID` */
export async function decryptSecret(file: KeystoreFile, password: string): Promise<Uint8Array> {
  const key = await keyIn(file, password)
  try {
    return Keystore.decrypt(file as Keystore.Keystore, key, { as: 'Bytes' })
  } catch (cause) {
    throw new GolemError({
      code: 'PASSWORD_WRONG',
      message: 'The password does not open the key.',
      remedy: 'Try again; a backup has the password of the day on which it was made.',
      cause,
    })
  }
}

async function keyIn(file: KeystoreFile, password: string): Promise<Keystore.Key> {
  const { crypto } = file
  const salt = Buffer.from(crypto.kdfparams.salt, 'hex')
  if (crypto.kdf === 'pbkdf2') {
    if (crypto.kdfparams.c > MOST.rounds) throw tooDear()
    return `0x${(await pbkdf2(password, salt, crypto.kdfparams.c, 32, 'sha256')).toString('hex')}`
  }
  const { n, r, p } = crypto.kdfparams
  if (128 * n * r > MOST.memoryBytes) throw tooDear()
  // Outside the bounds of RFC 7914, in which Node stays, and still usual: the format's own vector is so.
  if (n >= 2 ** (16 * r) && r === 1 && p === 8) return Keystore.toKeyAsync(file as Keystore.Keystore, { password })
  return keyOf(password, salt, { n, r, p })
}

const tooDear = () =>
  new GolemError({
    code: 'KEY_INVALID',
    message: 'The keystore asks for more work than is given to it.',
    remedy: 'Write it anew with the program that made it, at an ordinary cost.',
  })

async function keyOf(password: string, salt: Buffer, { n, r, p }: Cost): Promise<`0x${string}`> {
  // Node counts a little more than 128 bytes for each step and block.
  const maxmem = 128 * (n + p + 2) * r + 1024 ** 2
  return `0x${(await scrypt(password, salt, 32, { N: n, r, p, maxmem })).toString('hex')}`
}
