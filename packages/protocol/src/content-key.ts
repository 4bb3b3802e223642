import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { GolemError } from './errors.ts'
import type { Branded, Hex } from './primitives.ts'

/** What a private job's content is sealed with: 32 random bytes. */
export const CONTENT_KEY_BYTES = 32

const PUBLIC_KEY_BYTES = 33
const SEALED_BYTES = CONTENT_KEY_BYTES + 16

/** A content key that one recipient can open: 33 bytes of an ephemeral public key, and 48 sealed ones. */
export type WrappedKey = Branded<Hex, 'WrappedKey'>
export const wrappedKey = z
  .string()
  .regex(new RegExp(`^0x[0-9a-f]{${2 * (PUBLIC_KEY_BYTES + SEALED_BYTES)}}$`), 'a wrapped key is 0x and 162 hex digits')
  .transform((text) => text as WrappedKey)

/**
 * Seals a content key for one recipient (ECIES: secp256k1, HKDF-SHA256, ChaCha20-Poly1305).
 *
 * The ephemeral key follows from the content key, which is secret and random, so that the same key for the same recipient
 * is the same message, however often it is said.
 *
 * @param options.to the recipient's compressed public key
 * @param options.context where it counts, such as an agreement's id; opens nowhere else
 */
export function wrapContentKey(key: Uint8Array, { to, context }: { to: Uint8Array; context: string }): WrappedKey {
  const seed = hkdf(sha256, key, to, utf8ToBytes(`golem/content-key/ephemeral/1\n${context}`), 48)
  const ephemeral = secp256k1.utils.randomSecretKey(seed)
  const from = secp256k1.getPublicKey(ephemeral, true)
  const sealed = cipher(secp256k1.getSharedSecret(ephemeral, to), { from, to, context }).encrypt(key)
  return `0x${bytesToHex(concatBytes(from, sealed))}` as WrappedKey
}

/** Opens what was wrapped for the owner of a key, and gives out nothing else of it. */
export type KeyOpener = {
  /** @throws {GolemError} `CONTENT_KEY_WRONG` where it is for somebody else, or for another context */
  unwrap(wrapped: WrappedKey, context: string): Uint8Array
}

export function keyOpenerFromKey(privateKey: Uint8Array): KeyOpener {
  const to = secp256k1.getPublicKey(privateKey, true)
  return {
    unwrap: (wrapped, context) => {
      try {
        const bytes = hexToBytes(wrapped.slice(2))
        const from = bytes.subarray(0, PUBLIC_KEY_BYTES)
        return cipher(secp256k1.getSharedSecret(privateKey, from), { from, to, context }).decrypt(
          bytes.subarray(PUBLIC_KEY_BYTES),
        )
      } catch {
        throw new GolemError({
          code: 'CONTENT_KEY_WRONG',
          message: 'The key to the inputs does not open here.',
          peerPolicy: 'reject',
        })
      }
    },
  }
}

/** Each of its keys seals one message, so that the nonce is always zero. */
function cipher(shared: Uint8Array, { from, to, context }: { from: Uint8Array; to: Uint8Array; context: string }) {
  const info = utf8ToBytes(`golem/content-key/1\n${context}`)
  return chacha20poly1305(hkdf(sha256, shared, concatBytes(from, to), info, 32), new Uint8Array(12))
}
