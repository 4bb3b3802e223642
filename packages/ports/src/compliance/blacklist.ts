import { type Address, asBytes32, type ListEntry, type ListSubject } from '@golem/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Blacklist } from '../blacklist.ts'

export type BlacklistPlace = {
  blacklist: Blacklist
  /** Three who have lists. */
  people: readonly Address[]
  /** Seconds since 1970. */
  now(): Promise<number>
  list(owner: Address, entry: ListSubject & Pick<ListEntry, 'evidence' | 'expiresAtS'>): Promise<void>
  delist(owner: Address, subject: ListSubject): Promise<void>
  /** By the subject; by anybody for an application. */
  appeal(owner: Address, subject: ListSubject, statement: string): Promise<void>
  remove(): Promise<void>
}

const DAY_S = 86_400

/** What every `Blacklist` tells. */
export function blacklistCompliance(name: string, start: () => Promise<BlacklistPlace>): void {
  describe(`Blacklist: ${name}`, () => {
    let place: BlacklistPlace
    let ada: Address
    let ben: Address
    let cleo: Address
    beforeAll(async () => {
      place = await start()
      ;[ada, ben, cleo] = place.people as [Address, Address, Address]
    })
    afterAll(() => place?.remove())

    const lists = (owner: Address, subject: ListSubject, evidence = 'evidence') =>
      place.now().then((nowS) => place.list(owner, { ...subject, evidence, expiresAtS: nowS + DAY_S }))
    const entries = (owner: Address) => place.blacklist.entries(owner, 100)

    it('is empty at first, and tells what its owner wrote, whole', async () => {
      expect(await entries(ada)).toEqual([])
      const application: ListSubject = { kind: 'application', id: asBytes32(`0x${'0f'.repeat(32)}`) }
      const nowS = await place.now()
      await lists(ada, { kind: 'provider', id: cleo }, 'a')
      await lists(ada, application, 'b')
      const [first, second] = (await entries(ada)).sort((a, b) => (a.evidence < b.evidence ? -1 : 1))
      expect(first).toMatchObject({ kind: 'provider', id: cleo, evidence: 'a', appeal: null })
      expect(second).toMatchObject({ ...application, evidence: 'b' })
      expect(first?.listedAtS).toBeGreaterThanOrEqual(nowS)
      expect(first?.expiresAtS).toBeGreaterThan(nowS + DAY_S - 1)
      expect(await place.blacklist.entries(ada, 1)).toHaveLength(1)
    })

    it('keeps the lists of different owners apart, and the roles of one subject', async () => {
      await lists(ben, { kind: 'provider', id: cleo }, 'p')
      await lists(ben, { kind: 'requestor', id: cleo }, 'r')
      await place.delist(ben, { kind: 'provider', id: cleo })
      expect((await entries(ben)).map(({ kind }) => kind)).toEqual(['requestor'])
      expect((await entries(ada)).some(({ kind, id }) => kind === 'provider' && id === cleo)).toBe(true)
    })

    it('renews what is listed again, and shows the answer beside it', async () => {
      const subject: ListSubject = { kind: 'author', id: ben }
      await lists(cleo, subject, 'old')
      await lists(cleo, subject, 'new')
      await place.appeal(cleo, subject, 'answer')
      expect(await entries(cleo)).toMatchObject([{ ...subject, evidence: 'new', appeal: 'answer' }])
      await expect(place.delist(cleo, { kind: 'author', id: ada })).rejects.toThrow()
    })
  })
}
