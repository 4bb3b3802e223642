import type { StakeAccount } from '@golem/ports'
import { type MemoryStakes, memoryClock, memoryStakes } from '@golem/ports/memory'
import { type Address, asAddress } from '@golem/protocol'
import { expect, it } from 'vitest'
import { createStakeBook } from './stake-book.ts'

const arbiter = asAddress(`0x${'aa'.repeat(20)}`)
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const partyOf = (n: number): Address => asAddress(`0x${n.toString(16).padStart(40, '0')}`)
const AGEING_S = 100

/** Stakes of whoever is asked about, 100 each unless a test says otherwise, by a chain that answers unless it says otherwise. */
function place({
  lay = (stakes, party) => stakes.add(party, 100n, arbiter),
  answer = (known) => known(),
}: {
  lay?: (stakes: MemoryStakes, party: Address) => void
  answer?: (known: () => Promise<StakeAccount>) => Promise<StakeAccount>
} = {}) {
  const clock = memoryClock()
  const asked: Address[] = []
  let agoS = 10 * AGEING_S
  const held = memoryStakes({ nowS: () => clock.now() / 1_000 - agoS, ageingS: AGEING_S })
  const laid = new Set<Address>()
  const stakes = {
    of: (party: Address) => {
      asked.push(party)
      if (!laid.has(party)) {
        agoS = 10 * AGEING_S
        lay(held, party)
        agoS = 0
      }
      laid.add(party)
      return answer(() => held.of(party))
    },
  }
  return { clock, asked, held, book: createStakeBook({ stakes, clock, logger: silent }, { arbiter }) }
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
  ['nothing that is on its way back', 0n, arbiter, (stakes: MemoryStakes, party: Address) => stakes.exit(party)],
  ['what has aged', 30n, arbiter, () => {}],
  ['nothing under another arbiter', 0n, partyOf(7), () => {}],
  ['nothing under none', 0n, null, () => {}],
] as const)('counts %s', async (_, expected, under, then) => {
  const { book } = place({
    lay: (stakes, party) => {
      stakes.add(party, 30n, under)
      then(stakes, party)
    },
  })
  book.stakeWei(partyOf(1))
  await settled()
  expect(book.stakeWei(partyOf(1))).toBe(expected)
})

it('counts what has aged, and not what was added since', async () => {
  const { book, clock, held } = place({ lay: (stakes, party) => stakes.add(party, 30n, arbiter) })
  book.stakeWei(partyOf(1))
  await settled()
  held.add(partyOf(1), 70n, arbiter)
  for (const expected of [30n, 100n]) {
    await clock.advance(61_000)
    book.stakeWei(partyOf(1))
    await settled()
    expect(book.stakeWei(partyOf(1))).toBe(expected)
  }
})

it('keeps what it knew where the chain does not answer', async () => {
  let isDown = false
  const { book, clock } = place({ answer: (known) => (isDown ? Promise.reject(new Error('down')) : known()) })
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
  const { book, asked } = place({ answer: () => never })
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
