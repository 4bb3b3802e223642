import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { GolemError } from './errors.ts'
import type { Address, Bytes32, Signature } from './primitives.ts'
import { type Domain, type TypedStruct, type TypedValue, typedDigest } from './typed-data.ts'

/** Holds a key and gives out signatures only. */
export type Signer = {
  readonly address: Address
  /** Compressed, 33 bytes: also the libp2p identity. */
  readonly publicKey: Uint8Array
  signDigest(digest: Bytes32): Signature
}

/** The Ethereum address of a compressed or uncompressed secp256k1 public key. */
export function addressOfPublicKey(publicKey: Uint8Array): Address {
  const point = secp256k1.Point.fromBytes(publicKey).toBytes(false)
  return `0x${bytesToHex(keccak_256(point.subarray(1)).subarray(12))}` as Address
}

/**
 * A signer over a raw 32-byte key.
 *
 * @throws {GolemError} `KEY_INVALID`
 */
export function signerFromKey(privateKey: Uint8Array): Signer {
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
      const [recovery, ...rs] = secp256k1.sign(hexToBytes(digest.slice(2)), privateKey, {
        prehash: false,
        lowS: true,
        format: 'recovered',
      })
      const v = (27 + (recovery ?? 0)).toString(16)
      return `0x${bytesToHex(Uint8Array.from(rs))}${v}` as Signature
    },
  }
}

export const newPrivateKey = (): Uint8Array => secp256k1.utils.randomSecretKey()

/** Who signed a digest, or null where the signature is malformed or has a high s (EIP-2). */
export function recoverSigner(digest: Bytes32, signature: Signature): Address | null {
  const bytes = hexToBytes(signature.slice(2))
  const v = bytes[64]
  if (bytes.length !== 65 || (v !== 27 && v !== 28)) return null
  try {
    const recovered = Uint8Array.from([v - 27, ...bytes.subarray(0, 64)])
    const parsed = secp256k1.Signature.fromBytes(recovered, 'recovered')
    if (parsed.hasHighS()) return null
    return addressOfPublicKey(parsed.recoverPublicKey(hexToBytes(digest.slice(2))).toBytes(true))
  } catch {
    return null
  }
}

/** Signs one struct for one domain. */
export function signTyped(signer: Signer, domain: Domain, struct: TypedStruct, value: TypedValue): Signature {
  return signer.signDigest(typedDigest(domain, struct, value))
}

/** True when `by` signed exactly this. */
export function verifyTyped(
  by: Address,
  domain: Domain,
  struct: TypedStruct,
  value: TypedValue,
  signature: Signature,
): boolean {
  return recoverSigner(typedDigest(domain, struct, value), signature) === by
}
