import { bytes32 } from '@golem/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Beacon } from '../beacon.ts'

export type BeaconPlace = { beacon: Beacon; remove(): Promise<void> }

/** What every `Beacon` does, where blocks are made when it is asked to. */
export function beaconCompliance(name: string, start: () => Promise<BeaconPlace>): void {
  describe(`Beacon: ${name}`, () => {
    let place: BeaconPlace
    beforeAll(async () => {
      place = await start()
    })
    afterAll(() => place?.remove())

    it('knows no hash of a block before it is made, and then one that stays', async () => {
      const { beacon } = place
      const next = (await beacon.head()) + 1
      expect(await beacon.hashOf(next)).toBeNull()
      await beacon.nudge()
      expect(await beacon.head()).toBeGreaterThanOrEqual(next)
      const hash = await beacon.hashOf(next)
      expect(bytes32.safeParse(hash).success).toBe(true)
      await beacon.nudge()
      expect(await beacon.hashOf(next)).toBe(hash)
    })

    it('gives each block another', async () => {
      const { beacon } = place
      const head = await beacon.head()
      await beacon.nudge()
      expect(await beacon.hashOf(head + 1)).not.toBe(await beacon.hashOf(head))
    })
  })
}
