import type { StakeAccount } from '@golem/ports'
import { memoryClock } from '@golem/ports/memory'
import { type Address, asAddress } from '@golem/protocol'
import { expect, it } from 'vitest'
import { createStakeBook } from './stake-book.ts'

const arbiter = asAddress(`0x${'aa'.repeat(20)}`)
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const partyOf = (n: number): Address => asAddress(`0x${n.toString(16).padStart(40, '0')}`)
const account: StakeAccount = {
  ...{ totalWei: 100n, activeWei: 100n, agedWei: 100n, maxClaimWei: 25n },
  ...{ exitsAtS: null, arbiter },
}

/** A chain whose answers a test gives. */
function place(answer: (party: Address) => Promise<StakeAccount> = async () => account) {
  const clock = memoryClock()
  const asked: Address[] = []
  const stakes = {
    of: (party: Address) => {
      asked.push(party)
      return answer(party)
    },
  }
  return { clock, asked, book: createStakeBook({ stakes, clock, logger: silent }, { arbiter }) }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

it('knows a stake the next time it is asked, and asks the chain again after a while only', async () => {
  const { book, asked, clock } = place()
  expect(book.stakeWei(partyOf(1))).toBe(0n)
  await settled()
  for (const _ of [1, 2, 3]) expect(book.stakeWei(partyOf(1))).toBe(100n)
  expect(asked).toHaveLength(1)
  await clock.advance(61_000)
  expect(book.stakeWei(partyOf(1))).toBe(100n)
  expect(asked).toHaveLength(2)
})

it.each([
  ['nothing that is on its way back', { activeWei: 0n }, 0n],
  ['only what has aged', { agedWei: 30n }, 30n],
  ['nothing under another arbiter', { arbiter: partyOf(7) }, 0n],
  ['nothing under none', { arbiter: null }, 0n],
])('counts %s', async (_, change, expected) => {
  const { book } = place(async () => ({ ...account, ...change }))
  book.stakeWei(partyOf(1))
  await settled()
  expect(book.stakeWei(partyOf(1))).toBe(expected)
})

it('keeps what it knew where the chain does not answer', async () => {
  let isDown = false
  const { book, clock } = place(async () => (isDown ? Promise.reject(new Error('down')) : account))
  book.stakeWei(partyOf(1))
  await settled()
  isDown = true
  await clock.advance(61_000)
  book.stakeWei(partyOf(1))
  await settled()
  expect(book.stakeWei(partyOf(1))).toBe(100n)
})

it('asks the chain for a few at once, and remembers a bounded number, whoever comes', async () => {
  const never = new Promise<StakeAccount>(() => {})
  const { book, asked } = place(() => never)
  for (let n = 1; n <= 100; n++) book.stakeWei(partyOf(n))
  expect(asked).toHaveLength(8)
  const other = place()
  for (let n = 1; n <= 1_001; n++) {
    other.book.stakeWei(partyOf(n))
    await settled()
  }
  expect(other.book.stakeWei(partyOf(1_001))).toBe(100n)
  expect(other.book.stakeWei(partyOf(1))).toBe(0n)
})
