import { describe, expect, it } from 'vitest'
import { canonicalJson, encodeJson } from './json.ts'

describe('canonicalJson', () => {
  it('is the same text whatever the order of keys', () => {
    expect(canonicalJson({ b: 1, a: [{ d: 2n, c: null }] })).toBe('{"a":[{"c":null,"d":"2"}],"b":1}')
    expect(canonicalJson({ a: [{ c: null, d: 2n }], b: 1 })).toBe(canonicalJson({ b: 1, a: [{ d: 2n, c: null }] }))
  })

  it('leaves out what is undefined', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}')
  })
})

describe('encodeJson', () => {
  it('writes bigints as decimal text', () => {
    expect(encodeJson({ amount: 10n ** 20n })).toBe('{"amount":"100000000000000000000"}')
  })
})
