import { expect, it } from 'vitest'
import { isCalibrationSignedBy, signCalibration } from './calibration.ts'
import { asAddress, asBytes32 } from './primitives.ts'
import { newPrivateKey, signerFromKey } from './signer.ts'

const id = (of: string) => asBytes32(`0x${of.repeat(32)}`)

it('a class is said for one agreement and one seed, by its provider alone', () => {
  const signer = signerFromKey(newPrivateKey())
  const domain = { chainId: 31_337, verifyingContract: asAddress(`0x${'ab'.repeat(20)}`) }
  const shown = signCalibration(signer, domain, id('01'), { seed: id('02'), hash: id('03') })
  const isSaid = (agreement = id('01'), over = {}, by = signer.address) =>
    isCalibrationSignedBy(by, domain, agreement, { ...shown, ...over })
  expect(isSaid()).toBe(true)
  expect(isSaid(id('09'))).toBe(false)
  expect(isSaid(id('01'), { seed: id('09') })).toBe(false)
  expect(isSaid(id('01'), { hash: id('09') })).toBe(false)
  expect(isSaid(id('01'), {}, signerFromKey(newPrivateKey()).address)).toBe(false)
})
