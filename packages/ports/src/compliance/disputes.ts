import { type Address, asBytes32, juryCommitment, type Wei } from '@golem/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Disputes, Stakes, Vote } from '../disputes.ts'

export type CourtPlace = {
  stakes: Stakes
  /** Whom these stakers can be accused before. */
  arbiter: Address
  /** Two parties and three who judge, none of whom has anything at stake. */
  people: readonly Address[]
  as(self: Address): Disputes
  stake(staker: Address, amountWei: Wei): Promise<void>
  exit(staker: Address): Promise<void>
  stay(staker: Address): Promise<void>
  enlist(juror: Address): Promise<void>
  open(accuser: Address, accusing: { accused: Address; amountWei: Wei; evidence: string }): Promise<void>
  appeal(party: Address, id: number): Promise<void>
  /** Moves the time of the next blocks. */
  later(seconds: number): Promise<void>
  balanceWei(account: Address): Promise<Wei>
  remove(): Promise<void>
}

const STAKE = 40n * 10n ** 18n
const SALT = asBytes32(`0x${'5a'.repeat(32)}`)
const REVERTED = { code: 'CHAIN_REVERTED' }

/** What every `Stakes` and the `Disputes` about them do together, from the first stake to the last fee. */
export function courtCompliance(name: string, start: () => Promise<CourtPlace>): void {
  describe(`Stakes and disputes: ${name}`, () => {
    let place: CourtPlace
    let accuser: Address
    let accused: Address
    let jurors: Address[]
    beforeAll(async () => {
      place = await start()
      ;[accuser, accused, ...jurors] = place.people as [Address, Address, ...Address[]]
    }, 120_000)
    afterAll(() => place?.remove())

    const court = () => place.as(accuser)
    const totalOf = async (staker: Address) => (await place.stakes.of(staker)).totalWei
    /** A dispute with a panel that sits. */
    const drawn = async (evidence = 'evidence'): Promise<number> => {
      const { maxClaimWei: amountWei } = await place.stakes.of(accused)
      await place.open(accuser, { accused, amountWei, evidence })
      const id = await court().count()
      await draw(id)
      return id
    }
    const draw = async (id: number) => {
      const { drawBlock } = await court().dispute(id)
      while ((await court().now()).block <= drawBlock) await court().nudge()
      await court().draw(id)
    }
    const vote = async (id: number, votes: (juror: Address) => Vote | null) => {
      const { round, panel } = await court().dispute(id)
      const { commitS } = await court().terms()
      const said = panel.jurors.flatMap((juror) => {
        const one = votes(juror)
        return one === null ? [] : [{ juror, one }]
      })
      for (const { juror, one } of said)
        await place.as(juror).commit(id, juryCommitment({ id, round, juror, vote: one, salt: SALT }))
      await place.later(commitS)
      for (const { juror, one } of said) await place.as(juror).reveal(id, one, SALT)
    }
    const end = async (id: number) => {
      const { revealS, appealS } = await court().terms()
      await place.later(revealS + appealS)
      await court().finish(id)
      return court().dispute(id)
    }

    it('knows nobody at first', async () => {
      expect(await place.stakes.of(accused)).toEqual({
        ...{ totalWei: 0n, activeWei: 0n, agedWei: 0n, maxClaimWei: 0n, exitsAtS: null, arbiter: null },
      })
      expect(await court().count()).toBe(0)
      expect(await court().owedWei(accuser)).toBe(0n)
      await expect(place.enlist(jurors[0] as Address)).rejects.toMatchObject(REVERTED)
    })

    it('adds up what somebody has at stake, a quarter of which one claim burns, and counts nothing that is on its way back', async () => {
      for (const staker of [accused, ...jurors]) await place.stake(staker, STAKE / 2n)
      for (const staker of [accused, ...jurors]) await place.stake(staker, STAKE / 2n)
      const { arbiter } = place
      const whole = { totalWei: STAKE, activeWei: STAKE, agedWei: STAKE, maxClaimWei: STAKE / 4n }
      expect(await place.stakes.of(accused)).toEqual({ ...whole, exitsAtS: null, arbiter })
      await place.exit(accused)
      const leaving = await place.stakes.of(accused)
      expect(leaving).toMatchObject({ totalWei: STAKE, activeWei: 0n, agedWei: 0n, maxClaimWei: STAKE / 4n, arbiter })
      expect(leaving.exitsAtS).toBeGreaterThan((await court().now()).atS)
      await expect(place.stake(accused, 1n)).rejects.toMatchObject(REVERTED)
      await place.stay(accused)
      expect(await place.stakes.of(accused)).toMatchObject({ activeWei: STAKE, exitsAtS: null })
      for (const juror of jurors) await place.enlist(juror)
    })

    it('opens a dispute for a bond, and draws a panel of those who serve, by a block that is not made yet', async () => {
      const { bondWei, firstSeats } = await court().terms()
      const before = await place.balanceWei(accuser)
      const amountWei = STAKE / 4n
      await expect(place.open(accuser, { accused, amountWei: amountWei + 1n, evidence: 'e' })).rejects.toMatchObject(
        REVERTED,
      )
      await expect(place.open(accused, { accused, amountWei, evidence: 'e' })).rejects.toMatchObject(REVERTED)
      await place.open(accuser, { accused, amountWei, evidence: 'an evidence' })
      const id = await court().count()
      const opened = await court().dispute(id)
      expect(opened).toMatchObject({
        ...{ id, accuser, accused, round: 0, verdict: null, drawnAtS: null, amountWei, evidence: 'an evidence' },
        ...{ accuserBondsWei: bondWei, accusedBondsWei: 0n, feePerSeatWei: 0n },
        panel: { jurors: [], acquitting: 0, convicting: 0 },
      })
      expect(await place.balanceWei(accuser)).toBe(before - bondWei)
      expect(opened.drawBlock).toBeGreaterThan((await court().now()).block)
      await expect(court().draw(id)).rejects.toMatchObject(REVERTED)
      await draw(id)
      const { panel, drawnAtS } = await court().dispute(id)
      expect(drawnAtS).toBeGreaterThanOrEqual(opened.startedAtS)
      for (const juror of panel.jurors) expect(jurors).toContain(juror)
      const seats = await Promise.all(panel.jurors.map((juror) => court().seat(id, 0, juror)))
      expect(seats.reduce((sum, seat) => sum + seat.seats, 0)).toBe(firstSeats)
      for (const seat of seats) expect(seat).toMatchObject({ vote: null, commitment: null, isPaid: false })
      expect(await court().seat(id, 0, accuser)).toMatchObject({ seats: 0 })
      await expect(court().draw(id)).rejects.toMatchObject(REVERTED)
      // Nobody says anything: then it convicts nobody, and the bond goes back.
      await place.later((await court().terms()).commitS)
      expect(await end(id)).toMatchObject({ verdict: 'silent', feePerSeatWei: 0n })
      expect(await totalOf(accused)).toBe(STAKE)
      await court().takeOwed()
      expect(await place.balanceWei(accuser)).toBe(before)
      for (const juror of panel.jurors) await place.enlist(juror)
    })

    it('lets jurors alone vote, once, as they committed to, and each in its time', async () => {
      const id = await drawn()
      const { panel } = await court().dispute(id)
      const [juror] = panel.jurors as [Address]
      const commitment = juryCommitment({ id, round: 0, juror, vote: 'convict', salt: SALT })
      await expect(court().commit(id, commitment)).rejects.toMatchObject(REVERTED)
      await expect(place.as(juror).reveal(id, 'convict', SALT)).rejects.toMatchObject(REVERTED)
      await place.as(juror).commit(id, commitment)
      expect((await court().seat(id, 0, juror)).commitment).toBe(commitment)
      await expect(place.as(juror).commit(id, commitment)).rejects.toMatchObject(REVERTED)
      await place.later((await court().terms()).commitS)
      await expect(place.as(juror).commit(id, commitment)).rejects.toMatchObject(REVERTED)
      await expect(place.as(juror).reveal(id, 'acquit', SALT)).rejects.toMatchObject(REVERTED)
      await expect(court().finish(id)).rejects.toMatchObject(REVERTED)
      await place.as(juror).reveal(id, 'convict', SALT)
      const { seats, vote: said } = await court().seat(id, 0, juror)
      expect(said).toBe('convict')
      expect((await court().dispute(id)).panel).toMatchObject({ convicting: seats, acquitting: 0 })
      await expect(place.as(juror).reveal(id, 'convict', SALT)).rejects.toMatchObject(REVERTED)
      await end(id)
      await court()
        .takeOwed()
        .catch(() => undefined)
      for (const each of panel.jurors) await place.enlist(each)
    })

    it('burns what was claimed where most of the seats convict, and gives the bond back once', async () => {
      const had = await totalOf(accused)
      const before = await place.balanceWei(accuser)
      const id = await drawn()
      await vote(id, () => 'convict')
      const { firstSeats, bondWei } = await court().terms()
      const { amountWei, ...over } = await end(id)
      expect(over).toMatchObject({ verdict: 'convicted', panel: { convicting: firstSeats, acquitting: 0 } })
      expect(await totalOf(accused)).toBe(had - amountWei)
      expect(await court().owedWei(accuser)).toBe(bondWei)
      await court().takeOwed()
      expect(await place.balanceWei(accuser)).toBe(before)
      expect(await court().owedWei(accuser)).toBe(0n)
      await expect(court().takeOwed()).rejects.toMatchObject(REVERTED)
      await expect(court().finish(id)).rejects.toMatchObject(REVERTED)
    })

    it('shares a lost bond among the seats that said so, once', async () => {
      const had = await totalOf(accused)
      const id = await drawn()
      await vote(id, () => 'acquit')
      const { bondWei, firstSeats } = await court().terms()
      const { panel, verdict, feePerSeatWei } = await end(id)
      expect({ verdict, feePerSeatWei }).toEqual({ verdict: 'acquitted', feePerSeatWei: bondWei / BigInt(firstSeats) })
      expect(await totalOf(accused)).toBe(had)
      expect(await court().owedWei(accuser)).toBe(0n)
      const [juror] = panel.jurors as [Address]
      const before = await place.balanceWei(juror)
      await place.as(juror).takeFee(id)
      const { seats, isPaid } = await court().seat(id, 0, juror)
      expect(isPaid).toBe(true)
      expect(await place.balanceWei(juror)).toBe(before + feePerSeatWei * BigInt(seats))
      await expect(place.as(juror).takeFee(id)).rejects.toMatchObject(REVERTED)
      await expect(court().takeFee(id)).rejects.toMatchObject(REVERTED)
    })

    it('goes to a panel of twice the seats, for the loser and twice the bond', async () => {
      const id = await drawn()
      await vote(id, () => 'acquit')
      const { bondWei, firstSeats, revealS } = await court().terms()
      await place.later(revealS)
      await expect(place.appeal(accused, id)).rejects.toMatchObject(REVERTED)
      await place.appeal(accuser, id)
      expect(await court().dispute(id)).toMatchObject({
        ...{ round: 1, verdict: null, drawnAtS: null, accuserBondsWei: 3n * bondWei, accusedBondsWei: 0n },
        panel: { jurors: [], acquitting: 0, convicting: 0 },
      })
      await draw(id)
      await vote(id, () => 'convict')
      const { panel, verdict } = await end(id)
      expect(verdict).toBe('convicted')
      expect(panel.convicting).toBe(2 * firstSeats)
      expect(await court().owedWei(accuser)).toBe(3n * bondWei)
    })
  })
}
