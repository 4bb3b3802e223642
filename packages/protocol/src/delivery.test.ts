import { describe, expect, it } from 'vitest'
import { isDeliverySignedBy, signDelivery } from './delivery.ts'
import { asAddress, asCid } from './primitives.ts'
import { signerFromKey } from './signer.ts'
import { hashText } from './typed-data.ts'

const signer = signerFromKey(new Uint8Array(32).fill(0x11))
const domain = { chainId: 31_337, verifyingContract: asAddress('0x5fbdb2315678afecb367f032d93f642f64180aa3') }
const body = { agreementId: hashText('agreement'), index: 7 }
const outputs = {
  first: asCid('bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'),
  second: asCid('bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'),
}

describe('a delivery', () => {
  // The same signatures stand in contracts/test/stake/StakeVectors.t.sol, where two of them cost a stake.
  it.each([
    [
      'first',
      '0x468e3eb13541c321e34621bcf931df7f2bf79a010d8b36eef592082f36b8b2de4cf5f2b2858fffc8d3d59ddca7a05627daf15c1566ce0f7287abd141183a02f91b',
    ],
    [
      'second',
      '0xbbe06bbc78e37cc474150509d303f704ed798941b0c6ca97c37d90924b3e20e71200482bf52dc4eb9d247df80a0c560063a3635804f028ef9768a9be719cfabf1c',
    ],
  ] as const)('is signed as the stake contract reads it: %s', (which, signature) => {
    expect(signer.address).toBe('0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a')
    expect(signDelivery(signer, domain, { ...body, outputs: outputs[which] }).signature).toBe(signature)
  })

  it('counts for its agreement, index, outputs, contract and chain alone', () => {
    const signed = signDelivery(signer, domain, { ...body, outputs: outputs.first })
    expect(isDeliverySignedBy(signer.address, domain, signed)).toBe(true)
    for (const change of [{ index: 8 }, { agreementId: hashText('another') }, { outputs: outputs.second }]) {
      expect(isDeliverySignedBy(signer.address, domain, { ...signed, ...change })).toBe(false)
    }
    expect(isDeliverySignedBy(signer.address, { ...domain, chainId: 1 }, signed)).toBe(false)
    expect(isDeliverySignedBy(signer.address, { ...domain, verifyingContract: signer.address }, signed)).toBe(false)
  })
})
