import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Curve, pureCurve } from '../curve.ts'
import { asBytes32, type Signature } from '../primitives.ts'
import { newPrivateKey, recoveringBy, signerFromKey } from '../signer.ts'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const word = (value: bigint) => value.toString(16).padStart(64, '0')

/** RFC 6979 over secp256k1 with SHA-256, as libraries of Bitcoin have agreed on: key, message, r | s. */
const VECTORS = [
  [
    1n,
    'Satoshi Nakamoto',
    '934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5',
  ],
  [
    1n,
    'All those moments will be lost in time, like tears in rain. Time to die...',
    '8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21',
  ],
  [
    ORDER - 1n,
    'Satoshi Nakamoto',
    'fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d06b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5',
  ],
] as const

/** What every `Curve` does, with the vectors and properties that all share. */
export function curveCompliance(name: string, curve: Curve): void {
  describe(`curve: ${name}`, () => {
    it.each(VECTORS)('signs with key %s and message %j as RFC 6979 says', (key, message, expected) => {
      const { rs } = curve.sign(sha256(utf8ToBytes(message)), hexToBytes(word(key)))
      expect(bytesToHex(rs)).toBe(expected)
    })

    it('gives the bytes of the pure curve, and recovers what it gave, for any key and digest', () => {
      fc.assert(
        fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (digest) => {
          const key = newPrivateKey()
          const signed = curve.sign(digest, key)
          expect({ ...signed, rs: bytesToHex(signed.rs) }).toEqual({
            ...pureCurve.sign(digest, key),
            rs: bytesToHex(pureCurve.sign(digest, key).rs),
          })
          const point = curve.recover(digest, signed)
          expect(point).toHaveLength(65)
          expect(point).toEqual(pureCurve.recover(digest, signed))
        }),
        // Six curve operations each: a fifth of what is usual.
        { numRuns: (fc.readConfigureGlobal().numRuns ?? 100) / 5 },
      )
    })

    it('recovers nothing, or what the pure curve recovers, from any bytes', () => {
      const any32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
      const edge = fc
        .constantFrom(0n, 1n, ORDER - 1n, ORDER, ORDER + 1n, 2n ** 256n - 1n)
        .map((n) => hexToBytes(word(n)))
      const part = fc.oneof(any32, edge)
      fc.assert(
        fc.property(any32, part, part, fc.constantFrom(0 as const, 1 as const), (digest, r, s, recovery) => {
          const signature = { rs: Uint8Array.from([...r, ...s]), recovery }
          expect(curve.recover(digest, signature)).toEqual(pureCurve.recover(digest, signature))
        }),
      )
    })

    describe('behind recoverSigner', () => {
      const recover = recoveringBy(curve)
      const signer = signerFromKey(newPrivateKey(), curve)
      const digest = asBytes32(`0x${'ab'.repeat(32)}`)
      const good = signer.signDigest(digest)
      const s = BigInt(`0x${good.slice(66, 130)}`)

      it('names the signer, and another for another digest', () => {
        expect(recover(digest, good)).toBe(signer.address)
        expect(recover(asBytes32(`0x${'ac'.repeat(32)}`), good)).not.toBe(signer.address)
      })

      it('refuses the twin with a high s, though it is as valid', () => {
        const recovery = good.endsWith('1b') ? 1 : 0
        const twin = `${good.slice(0, 66)}${word(ORDER - s)}${recovery === 0 ? '1b' : '1c'}` as Signature
        const rs = hexToBytes(twin.slice(2, 130))
        expect(curve.recover(hexToBytes(digest.slice(2)), { rs, recovery })).not.toBeNull()
        expect(recover(digest, twin)).toBeNull()
      })

      it.each([
        ['zeros', `0x${'00'.repeat(65)}`],
        ['zeros with a parity', `0x${'00'.repeat(64)}1b`],
        ['an unknown parity', `${good.slice(0, 130)}00`],
        ['an r outside the field', `0x${'ff'.repeat(32)}${good.slice(66)}`],
        ['a signature cut short', good.slice(0, 130)],
        ['a signature with a byte too many', `${good}1b`],
      ])('refuses %s', (_, text) => {
        expect(recover(digest, text as Signature)).toBeNull()
      })
    })
  })
}
