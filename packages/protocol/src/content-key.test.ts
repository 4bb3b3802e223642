import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CONTENT_KEY_BYTES, keyOpenerFromKey, type WrappedKey, wrapContentKey, wrappedKey } from './content-key.ts'
import { asBytes32 } from './primitives.ts'
import { newPrivateKey, recoverPublicKey, signerFromKey } from './signer.ts'

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
const person = () => {
  const key = newPrivateKey()
  return { signer: signerFromKey(key), opener: keyOpenerFromKey(key) }
}
const context = 'agreement 1'

it('what is wrapped for somebody is opened by that somebody alone, and only where it was meant', () => {
  const [ann, bob] = [person(), person()]
  fc.assert(
    fc.property(bytes32, (key) => {
      const wrapped = wrapContentKey(key, { to: ann.signer.publicKey, context })
      expect(wrappedKey.parse(wrapped)).toBe(wrapped)
      expect(ann.opener.unwrap(wrapped, context)).toEqual(key)
      expect(() => bob.opener.unwrap(wrapped, context)).toThrow('does not open here')
      expect(() => ann.opener.unwrap(wrapped, 'agreement 2')).toThrow('does not open here')
    }),
    { numRuns: (fc.readConfigureGlobal().numRuns ?? 100) / 5 },
  )
})

it('is the same however often it is said, and another for each key, recipient and context', () => {
  const [ann, bob] = [person().signer.publicKey, person().signer.publicKey]
  const key = new Uint8Array(CONTENT_KEY_BYTES).fill(7)
  const wrapped = wrapContentKey(key, { to: ann, context })
  expect(wrapContentKey(key, { to: ann, context })).toBe(wrapped)
  const others = [
    wrapContentKey(key, { to: bob, context }),
    wrapContentKey(key, { to: ann, context: 'agreement 2' }),
    wrapContentKey(key.with(0, 8), { to: ann, context }),
  ]
  expect(new Set([wrapped, ...others].map((text) => text.slice(2, 68))).size).toBe(4)
  // A recipient of one learns nothing of another's: neither sealed part is the other's.
  expect(new Set([wrapped, ...others].map((text) => text.slice(68))).size).toBe(4)
})

it('opens nothing that was changed, whatever was changed', () => {
  const { signer, opener } = person()
  const wrapped = wrapContentKey(newPrivateKey(), { to: signer.publicKey, context })
  fc.assert(
    fc.property(fc.integer({ min: 2, max: wrapped.length - 1 }), fc.integer({ min: 0, max: 15 }), (at, nibble) => {
      const changed = `${wrapped.slice(0, at)}${nibble.toString(16)}${wrapped.slice(at + 1)}` as WrappedKey
      if (changed !== wrapped) expect(() => opener.unwrap(changed, context)).toThrow('does not open here')
    }),
    { numRuns: 2 * (fc.readConfigureGlobal().numRuns ?? 100) },
  )
  for (const text of ['0x', wrapped.slice(0, -2), `${wrapped}00`, wrapped.toUpperCase()]) {
    expect(wrappedKey.safeParse(text).success).toBe(false)
  }
})

it('a signature tells the public key to wrap for', () => {
  const { signer, opener } = person()
  const digest = asBytes32(`0x${'5a'.repeat(32)}`)
  const to = recoverPublicKey(digest, signer.signDigest(digest))
  expect(to).toEqual(signer.publicKey)
  const key = newPrivateKey()
  expect(opener.unwrap(wrapContentKey(key, { to: to ?? new Uint8Array(), context }), context)).toEqual(key)
  expect(recoverPublicKey(digest, `0x${'00'.repeat(65)}` as ReturnType<typeof signer.signDigest>)).toBeNull()
})
