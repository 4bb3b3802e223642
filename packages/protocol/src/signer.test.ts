import { hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asBytes32 } from './primitives.ts'
import { addressOfPublicKey, newPrivateKey, recoverSigner, signerFromKey } from './signer.ts'

// The first account of the well-known test mnemonic.
const KEY = hexToBytes('ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80')

describe('signerFromKey', () => {
  it('has the Ethereum address of its key', () => {
    expect(signerFromKey(KEY).address).toBe('0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266')
  })

  it('refuses a key outside the curve', () => {
    expect(() => signerFromKey(new Uint8Array(32))).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }))
  })

  it('gives signatures that name it, for any key and digest', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const signer = signerFromKey(newPrivateKey())
        const digest = asBytes32(`0x${Buffer.from(bytes).toString('hex')}`)
        expect(recoverSigner(digest, signer.signDigest(digest))).toBe(signer.address)
        expect(addressOfPublicKey(signer.publicKey)).toBe(signer.address)
      }),
      // Three curve operations each: a quarter of what is usual.
      { numRuns: (fc.readConfigureGlobal().numRuns ?? 100) / 4 },
    )
  })
})
