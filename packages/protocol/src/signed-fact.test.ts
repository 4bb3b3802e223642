import { expect, it } from 'vitest'
import { encodeJson } from './json.ts'
import { asAddress, asBytes32, asCid } from './primitives.ts'
import { type FactBody, isFactSigned, signedFact, signFact } from './signed-fact.ts'
import { signerFromKey } from './signer.ts'

const signer = signerFromKey(new Uint8Array(32).fill(7))
const body: FactBody = {
  format: 'golem-fact/1',
  kind: 'rejected',
  subject: asAddress(`0x${'ab'.repeat(20)}`),
  by: signer.address,
  agreementId: asBytes32(`0x${'cd'.repeat(32)}`),
  application: asCid(`bafkrei${'a'.repeat(52)}`),
  count: 1,
  valueWei: 5n,
  isProven: false,
  evidence: null,
  atMs: 1,
}

it('is signed by whoever says it, and stays so on its way as JSON', () => {
  const signed = signFact(signer, body)
  expect(isFactSigned(signedFact.parse(JSON.parse(encodeJson(signed))))).toBe(true)
  expect(isFactSigned({ ...signed, body: { ...body, valueWei: 6n } })).toBe(false)
  expect(isFactSigned({ ...signed, body: { ...body, by: body.subject } })).toBe(false)
})
