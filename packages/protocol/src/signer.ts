import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { type Curve, pureCurve } from './curve.ts'
import { GolemError } from './errors.ts'
import type { Address, Bytes32, Signature } from './primitives.ts'

/** Holds a key and gives out signatures only. */
export type Signer = {
  readonly address: Address
  /** Compressed, 33 bytes: also the libp2p identity. */
  readonly publicKey: Uint8Array
  signDigest(digest: Bytes32): Signature
}

/** Who signed a digest, or null where the signature is malformed or has a high s (EIP-2). */
export type RecoverSigner = (digest: Bytes32, signature: Signature) => Address | null

/** The Ethereum address of a compressed or uncompressed secp256k1 public key. */
export function addressOfPublicKey(publicKey: Uint8Array): Address {
  const point = publicKey.length === 65 ? publicKey : secp256k1.Point.fromBytes(publicKey).toBytes(false)
  return `0x${bytesToHex(keccak_256(point.subarray(1)).subarray(12))}` as Address
}

/**
 * A signer over a raw 32-byte key.
 *
 * @throws {GolemError} `KEY_INVALID`
 */
export function signerFromKey(privateKey: Uint8Array, curve: Curve = pureCurve): Signer {
  if (!secp256k1.utils.isValidSecretKey(privateKey)) {
    throw new GolemError({
      code: 'KEY_INVALID',
      message: 'The key is no valid secp256k1 private key.',
      remedy: 'Restore it from a backup, or delete the key file to begin with a new identity.',
    })
  }
  const publicKey = secp256k1.getPublicKey(privateKey, true)
  return {
    address: addressOfPublicKey(publicKey),
    publicKey,
    signDigest: (digest) => {
      const { rs, recovery } = curve.sign(hexToBytes(digest.slice(2)), privateKey)
      return `0x${bytesToHex(rs)}${recovery === 0 ? '1b' : '1c'}` as Signature
    },
  }
}

export const newPrivateKey = (): Uint8Array => secp256k1.utils.randomSecretKey()

/** Of the two signatures with s and -s only the one with the lower s counts. */
const HALF_ORDER = '7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0'

/** `recoverSigner` by another curve's arithmetic. */
export const recoveringBy =
  (curve: Curve): RecoverSigner =>
  (digest, signature) => {
    const v = signature.slice(130)
    if ((v !== '1b' && v !== '1c') || signature.slice(66, 130) > HALF_ORDER) return null
    const rs = hexToBytes(signature.slice(2, 130))
    const point = curve.recover(hexToBytes(digest.slice(2)), { rs, recovery: v === '1b' ? 0 : 1 })
    return point && addressOfPublicKey(point)
  }

/** The public key behind a signature, compressed, or null where no key signed this. */
export function recoverPublicKey(digest: Bytes32, signature: Signature): Uint8Array | null {
  const rs = hexToBytes(signature.slice(2, 130))
  const point = pureCurve.recover(hexToBytes(digest.slice(2)), { rs, recovery: signature.endsWith('1b') ? 0 : 1 })
  return point && secp256k1.Point.fromBytes(point).toBytes(true)
}

/** Who signed a digest, or null where the signature is malformed or has a high s (EIP-2). Pure, and so not fast. */
export const recoverSigner: RecoverSigner = recoveringBy(pureCurve)
