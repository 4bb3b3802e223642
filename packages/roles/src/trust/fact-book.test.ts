import { memoryClock, memoryStore } from '@golem/ports/memory'
import { asAddress, asBytes32, asCid, isFactSigned, signerFromKey } from '@golem/protocol'
import { expect, it } from 'vitest'
import { createFactBook, type Seen } from './fact-book.ts'

const signer = signerFromKey(new Uint8Array(32).fill(7))
const payments = asAddress(`0x${'cd'.repeat(20)}`)
const settlement = { chainId: 31_337, payments, token: payments }
const provider = asAddress(`0x${'ab'.repeat(20)}`)
const application = asCid(`bafkrei${'a'.repeat(52)}`)
const seen = (change: Partial<Seen> = {}): Seen => ({
  kind: 'accepted',
  subject: provider,
  agreementId: asBytes32(`0x${'01'.repeat(32)}`),
  application,
  count: 1,
  valueWei: 100n,
  isProven: true,
  evidence: null,
  ...change,
})

function place() {
  const store = memoryStore()
  const clock = memoryClock()
  return { store, clock, open: () => createFactBook({ store, signer, settlement, clock }) }
}

it('keeps signed facts over a restart, and folds them by party and application', () => {
  const { open } = place()
  open().note([seen(), seen({ kind: 'rejected', isProven: false, valueWei: 10n })])
  const book = open()
  expect(book.facts(provider)).toHaveLength(2)
  for (const fact of book.facts()) expect(isFactSigned(fact)).toBe(true)
  expect(book.ofProvider(provider, application)).toMatchObject({ goodWei: 100, badWei: 40 })
  expect(book.ofProvider(provider, asCid(`bafkrei${'b'.repeat(52)}`))).toMatchObject({ goodWei: 0, badWei: 0 })
  expect(book.ofRequestor(provider)).toMatchObject({ goodWei: 0, badWei: 0 })
})

it('counts an agreement once, however often it is told of', async () => {
  const { open, clock } = place()
  const book = open()
  book.note([seen()])
  await clock.advance(1_000)
  book.note([seen({ count: 3, valueWei: 300n })])
  expect(book.facts()).toHaveLength(1)
  expect(book.ofProvider(provider, application).goodWei).toBe(300)
})

const other = asBytes32(`0x${'02'.repeat(32)}`)
const wrong = (change: Partial<Seen> = {}) =>
  seen({ kind: 'rejected', agreementId: other, isProven: false, isExact: true, valueWei: 10n, ...change })

it('counts nothing good from before an exact check found something wrong, whatever is told later of the same agreement', async () => {
  const { open, clock } = place()
  const book = open()
  const good = () => book.ofProvider(provider, application).goodWei
  book.note([seen()])
  await clock.advance(1_000)
  // In any order, where both are told of at once.
  book.note([wrong(), seen({ agreementId: other, valueWei: 50n })])
  expect(good()).toBe(0)
  await clock.advance(1_000)
  book.note([seen({ count: 3, valueWei: 300n }), seen({ agreementId: other, valueWei: 60n })])
  expect(good()).toBe(0)
  expect(open().ofProvider(provider, application)).toMatchObject({ goodWei: 0, badWei: 40, caughtAtMs: null })
  book.note([seen({ agreementId: asBytes32(`0x${'03'.repeat(32)}`), valueWei: 7n })])
  expect(good()).toBe(7)
})

it('counts it again where in the end the job was to blame', () => {
  const { open } = place()
  const book = open()
  book.note([seen(), wrong()])
  book.note([wrong({ isExact: undefined, valueWei: 0n })])
  expect(book.ofProvider(provider, application)).toMatchObject({ goodWei: 100, badWei: 0 })
})

it('writes nothing where nothing is new', () => {
  const { open, store } = place()
  const book = open()
  book.note([seen()])
  const before = book.facts()
  store.commit = () => {
    throw new Error('nothing is to be written')
  }
  book.note([seen()])
  expect(book.facts()).toEqual(before)
})

it('belongs to one payment contract: another chain begins without facts', () => {
  const { open, store, clock } = place()
  open().note([seen()])
  const other = createFactBook({ store, signer, settlement: { ...settlement, chainId: 1 }, clock })
  expect(other.facts()).toEqual([])
})

it('takes whom a panel convicted for caught, as a provider and as a requestor, once for each dispute', () => {
  const { open, clock } = place()
  const book = open()
  book.note([seen()])
  expect(book.ofProvider(provider, application).goodWei).toBe(100)
  const conviction = { party: provider, dispute: 3, atMs: clock.now() + 1_000, evidence: 'bafy' }
  for (const _ of [1, 2]) book.noteConviction(conviction)
  expect(book.ofProvider(provider, application)).toMatchObject({ goodWei: 0, caughtAtMs: conviction.atMs })
  expect(book.ofRequestor(provider).caughtAtMs).toBe(conviction.atMs)
  expect(book.convictions(provider)).toEqual([conviction])
  expect(book.ofRequestor(asAddress(`0x${'ac'.repeat(20)}`)).caughtAtMs).toBeNull()
})
