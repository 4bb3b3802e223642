import {
  memoryClock,
  memoryCourt,
  memoryFolders,
  memorySandbox,
  memoryStakes,
  memoryStorage,
  memoryStore,
} from '@golem/ports/memory'
import { type Address, asAddress, keyOpenerFromKey, newPrivateKey } from '@golem/protocol'
import { afterEach, expect, it, vi } from 'vitest'
import { createDisputesDesk, createStakeBook, type DisputesDesk } from '../../src/index.ts'

const TERMS = { bondWei: 900n, firstSeats: 3, drawS: 600, commitS: 600, revealS: 600, appealS: 300 }
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const personOf = (n: number): Address => asAddress(`0x${`${n}`.repeat(40)}`)
const [accuser, accused, ...jurors] = [1, 2, 3, 4, 5].map(personOf) as [Address, Address, ...Address[]]

const desks: DisputesDesk[] = []
afterEach(async () => {
  await Promise.all(desks.splice(0).map((desk) => desk.stop()))
})

async function open() {
  const clock = memoryClock()
  const nowS = () => Math.floor(clock.now() / 1_000)
  const stakes = memoryStakes({ nowS })
  const court = memoryCourt({ stakes, nowS }, TERMS)
  for (const staker of [accused, ...jurors]) stakes.add(staker, 4_000n, court.address)
  for (const juror of jurors) await court.enlist(juror)
  const serve = (self: Address, onConvicted?: () => void) => {
    const disk = new Map()
    const desk = createDisputesDesk(
      {
        ...{
          disputes: court.as(self),
          opener: keyOpenerFromKey(newPrivateKey()),
          store: memoryStore(),
          logger: silent,
        },
        ...{
          network: { peers: () => [] },
          sandbox: memorySandbox({}),
          folders: memoryFolders(disk, { base: '/work' }),
        },
        ...{ storage: memoryStorage({ peerId: self, hub: new Map(), disk }), clock },
        randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      },
      { apps: [], maxInputBytes: 1e6, speed: 1, lookMs: 20_000, ...(onConvicted && { onConvicted }) },
    )
    desks.push(desk)
    desk.start()
  }
  return { clock, stakes, court, serve }
}

it('looks after a dispute from the draw to the last fee, which the panel has of an accuser that shows nothing', async () => {
  const { clock, stakes, court, serve } = await open()
  const told = vi.fn()
  serve(accuser, told)
  for (const juror of jurors) serve(juror)
  await court.open(accuser, { accused, amountWei: 1_000n, evidence: 'nothing that can be read' })
  const paid = () => jurors.reduce((sum, juror) => sum + court.gainedWei(juror), 0n)
  // Each look is an act or two; the phases go by meanwhile.
  for (let turn = 0; turn < 400 && paid() < TERMS.bondWei; turn += 1) await clock.advance(20_000)
  expect(await court.as(accuser).dispute(1)).toMatchObject({
    verdict: 'acquitted',
    panel: { acquitting: TERMS.firstSeats, convicting: 0 },
  })
  expect(paid()).toBe(TERMS.bondWei)
  expect(court.gainedWei(accuser)).toBe(-TERMS.bondWei)
  expect((await stakes.of(accused)).totalWei).toBe(4_000n)
  expect(told).not.toHaveBeenCalled()
})

it('takes the bond back where no juror is there to judge', async () => {
  const { clock, court, serve } = await open()
  serve(accuser)
  await court.open(accuser, { accused, amountWei: 1_000n, evidence: 'nothing' })
  for (let turn = 0; turn < 400 && court.gainedWei(accuser) < 0n; turn += 1) await clock.advance(20_000)
  expect(court.gainedWei(accuser)).toBe(0n)
  expect((await court.as(accuser).dispute(1)).verdict).toBe('silent')
})

it('counts at stake what a panel can burn, and no more once it did', async () => {
  const { clock, stakes, court } = await open()
  const book = createStakeBook({ stakes, clock, logger: silent }, { arbiter: court.address })
  expect(book.stakeWei(accused)).toBe(0n)
  await vi.waitUntil(() => book.stakeWei(accused) === 4_000n)
  stakes.slash(accused, 1_000n)
  await clock.advance(61_000)
  book.stakeWei(accused)
  await vi.waitUntil(() => book.stakeWei(accused) === 3_000n)
})
