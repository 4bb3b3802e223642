import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildFundingTree, type FundingLeaf, verifyFunding } from './funding-tree.ts'
import type { Bytes32 } from './primitives.ts'
import { hashText } from './typed-data.ts'
import type { Funding } from './voucher.ts'

const GLM = 10n ** 18n
const channel = (index: number): Bytes32 => hashText(`channel ${index}`)
const leavesOf = (count: number): FundingLeaf[] =>
  Array.from({ length: count }, (_, i) => ({
    channel: channel(i),
    baseWei: BigInt(i) * GLM,
    capWei: BigInt(i + 1) * GLM,
  }))
const fundingOf = (leaves: FundingLeaf[], of: Bytes32) => {
  const { root, sumWei, proofOf } = buildFundingTree(leaves)
  return { root, sumWei, ...proofOf(of) }
}

describe('buildFundingTree', () => {
  // The same leaves and roots stand in contracts/test/payments/Vectors.t.sol, where Solidity computes them.
  it.each([
    [1, '0x0400787087f7df762208f3d8a3691ad3eb8368dc2ba88c1ee0bc6f241d38e78c'],
    [2, '0x1e53dd1c5e76fe64fe03e31e95e0406f26b788671da4b1ccf9486ec39fac91f2'],
    [3, '0x278fd89945280d7e2684231816a85837f4ca6a53d0d49467ce360603c2717b96'],
    [5, '0x9f83e0b126dae3c03f7ff54a8fd63e8bcd0858af2d88382e8c417ee9841d8e83'],
    [8, '0xa21680c7d624b9ebc51dd1a3e42b980ae6a81524d80ad5a870c344e76a71fdc5'],
  ])('agrees with the contract on %i leaves', (count, root) => {
    const tree = buildFundingTree(leavesOf(count))
    expect(tree.root).toBe(root)
    expect(tree.sumWei).toBe((BigInt(count * (count + 1)) / 2n) * GLM)
  })

  it('proves every leaf of a tree of any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (count, pick) => {
        expect(verifyFunding(fundingOf(leavesOf(count), channel(pick % count)))).toBe(true)
      }),
    )
  })

  it('refuses an empty round, a repeated channel, an unknown channel and sums beyond 128 bits', () => {
    const leaf = { channel: channel(0), baseWei: 0n, capWei: 1n }
    const huge = 2n ** 128n - 1n
    expect(() => buildFundingTree([])).toThrow('at least one')
    expect(() => buildFundingTree([leaf, leaf])).toThrow('twice')
    expect(() => buildFundingTree([leaf]).proofOf(channel(1))).toThrow('no leaf')
    expect(() => buildFundingTree([{ ...leaf, capWei: huge + 1n }])).toThrow('128 bits')
    expect(() =>
      buildFundingTree([
        { ...leaf, capWei: huge },
        { ...leaf, channel: channel(1) },
      ]),
    ).toThrow('128 bits')
  })
})

describe('verifyFunding', () => {
  const honest = fundingOf(leavesOf(6), channel(3))
  const withProof = (change: (step: Funding['proof'][number], index: number) => object): typeof honest => ({
    ...honest,
    proof: honest.proof.map((step, index) => ({ ...step, ...change(step, index) })),
  })

  it.each<[string, typeof honest]>([
    ['another cap', { ...honest, leaf: { ...honest.leaf, capWei: honest.leaf.capWei + 1n } }],
    ['another base', { ...honest, leaf: { ...honest.leaf, baseWei: 0n } }],
    ['another channel', { ...honest, leaf: { ...honest.leaf, channel: channel(0) } }],
    ['another total', { ...honest, sumWei: honest.sumWei + 1n }],
    ['another root', { ...honest, root: hashText('root') }],
    ['a false inner sum', withProof(({ sumWei }, index) => (index === 0 ? { sumWei: sumWei - 1n } : {}))],
    [
      'sums moved between siblings',
      withProof(({ sumWei }, index) => ({ sumWei: index === 0 ? sumWei - 1n : index === 1 ? sumWei + 1n : sumWei })),
    ],
    ['a swapped side', withProof(({ left }, index) => (index === 0 ? { left: !left } : {}))],
    ['a shortened proof', { ...honest, proof: honest.proof.slice(1) }],
    [
      'a proof that is too long',
      { ...honest, proof: Array.from({ length: 33 }, () => honest.proof[0] as Funding['proof'][number]) },
    ],
  ])('refuses %s', (_what, funding) => {
    expect(verifyFunding(honest)).toBe(true)
    expect(verifyFunding(funding)).toBe(false)
  })
})
