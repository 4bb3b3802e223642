import { secp256k1 } from '@noble/curves/secp256k1.js'

/** r | s, 64 bytes, and which of two public keys it recovers to. */
export type CurveSignature = { rs: Uint8Array; recovery: 0 | 1 }

/**
 * The arithmetic of secp256k1 behind signatures. The pure one runs everywhere; a node brings a native one, ten times as
 * fast. Both give the same bytes: `curveCompliance` in `@golem/protocol/testing` holds them to it.
 */
export type Curve = {
  /** Deterministic (RFC 6979), low s. @param digest 32 bytes @param privateKey a valid one */
  sign(digest: Uint8Array, privateKey: Uint8Array): CurveSignature
  /** The uncompressed public key, 65 bytes, or null where no key signed this. */
  recover(digest: Uint8Array, signature: CurveSignature): Uint8Array | null
}

/** Runs in a browser, too. */
export const pureCurve: Curve = {
  sign: (digest, privateKey) => {
    const signed = secp256k1.sign(digest, privateKey, { prehash: false, lowS: true, format: 'recovered' })
    return { rs: signed.subarray(1), recovery: signed[0] === 0 ? 0 : 1 }
  },
  recover: (digest, { rs, recovery }) => {
    try {
      const parsed = secp256k1.Signature.fromBytes(Uint8Array.from([recovery, ...rs]), 'recovered')
      return parsed.recoverPublicKey(digest).toBytes(false)
    } catch {
      return null
    }
  },
}
