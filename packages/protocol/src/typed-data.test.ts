import { hexToBytes } from '@noble/hashes/utils.js'
import { hashTypedData } from 'viem'
import { describe, expect, it } from 'vitest'
import { agreementId, isTermsSignedBy, priceOf, signTerms, type Terms } from './agreement.ts'
import { isDeliverySignedBy, signDelivery } from './delivery.ts'
import { asAddress, asBytes32, asCid } from './primitives.ts'
import { signerFromKey } from './signer.ts'
import { channelId, isVoucherSigned, signVoucher, voucherDigest } from './voucher.ts'

const KEY = hexToBytes('ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80')
const signer = signerFromKey(KEY)
const hash = (byte: string) => asBytes32(`0x${byte.repeat(32)}`)
const who = (byte: string) => asAddress(`0x${byte.repeat(20)}`)
const settlement = { chainId: 31337, payments: who('aa'), token: who('bb') }
const domain = { chainId: 31337, verifyingContract: who('aa') }
const viemDomain = { name: 'Golem', version: '1', ...domain } as const

const terms: Terms = {
  demandId: hash('01'),
  offerId: hash('02'),
  requestor: signer.address,
  provider: who('cc'),
  payee: who('cc'),
  author: who('00'),
  royaltyBps: 250,
  manifest: asCid('bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'),
  settlement,
  pricePerCoreHourWei: 10n ** 17n,
  capWei: 2n * 10n ** 18n,
  unpaidLimitWei: 10n ** 16n,
  deadlineMs: 1_800_000_000_000,
}

describe('EIP-712 digests', () => {
  it('of an agreement equal those of viem', () => {
    const types = {
      Agreement: [
        { name: 'demandId', type: 'bytes32' },
        { name: 'offerId', type: 'bytes32' },
        { name: 'requestor', type: 'address' },
        { name: 'provider', type: 'address' },
        { name: 'payee', type: 'address' },
        { name: 'author', type: 'address' },
        { name: 'royaltyBps', type: 'uint16' },
        { name: 'manifest', type: 'string' },
        { name: 'token', type: 'address' },
        { name: 'pricePerCoreHour', type: 'uint128' },
        { name: 'cap', type: 'uint128' },
        { name: 'unpaidLimit', type: 'uint128' },
        { name: 'deadlineMs', type: 'uint64' },
      ],
    } as const
    const message = {
      ...terms,
      token: settlement.token,
      pricePerCoreHour: terms.pricePerCoreHourWei,
      cap: terms.capWei,
      unpaidLimit: terms.unpaidLimitWei,
      deadlineMs: BigInt(terms.deadlineMs),
    }
    expect(agreementId(terms)).toBe(hashTypedData({ domain: viemDomain, types, primaryType: 'Agreement', message }))
  })

  it('of a voucher equal those of viem', () => {
    const types = {
      Voucher: [
        { name: 'channel', type: 'bytes32' },
        { name: 'amount', type: 'uint128' },
      ],
    } as const
    const message = { channel: hash('07'), amount: 5n }
    expect(voucherDigest(domain, hash('07'), 5n)).toBe(
      hashTypedData({ domain: viemDomain, types, primaryType: 'Voucher', message }),
    )
  })

  it('refuse numbers that do not fit', () => {
    expect(() => voucherDigest(domain, hash('07'), 1n << 128n)).toThrow(RangeError)
  })
})

describe('signatures', () => {
  it('of terms hold for these terms only', () => {
    const signed = signTerms(signer, terms)
    expect(isTermsSignedBy(terms, signer.address, signed)).toBe(true)
    expect(isTermsSignedBy({ ...terms, capWei: 1n }, signer.address, signed)).toBe(false)
    expect(isTermsSignedBy({ ...terms, settlement: { ...settlement, chainId: 1 } }, signer.address, signed)).toBe(false)
  })

  it('of a delivery hold for its outputs only', () => {
    const body = { agreementId: hash('03'), index: 7, outputs: terms.manifest }
    const signed = signDelivery(signer, domain, body)
    expect(isDeliverySignedBy(signer.address, domain, signed)).toBe(true)
    expect(isDeliverySignedBy(signer.address, domain, { ...signed, index: 8 })).toBe(false)
  })

  it('of a voucher hold for its channel and amount only', () => {
    const channel = { requestor: signer.address, payee: who('cc'), author: who('00'), royaltyBps: 0 }
    const voucher = signVoucher(signer, domain, channel, 9n)
    expect(isVoucherSigned(domain, voucher)).toBe(true)
    expect(isVoucherSigned(domain, { ...voucher, amountWei: 10n })).toBe(false)
    expect(isVoucherSigned(domain, { ...voucher, channel: { ...channel, payee: who('dd') } })).toBe(false)
    expect(channelId(channel)).not.toBe(channelId({ ...channel, royaltyBps: 1 }))
  })
})

describe('priceOf', () => {
  it('is exact, and rounds up to whole base units', () => {
    expect(priceOf(3_600_000_000, 10n ** 17n)).toBe(10n ** 17n)
    expect(priceOf(1, 1n)).toBe(1n)
    expect(priceOf(0, 10n ** 17n)).toBe(0n)
  })
})
