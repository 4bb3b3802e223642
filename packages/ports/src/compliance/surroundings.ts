import { describe, expect, it } from 'vitest'
import type { Surroundings } from '../surroundings.ts'

export type SurroundingsPlace = {
  surroundings: Surroundings
  /** Somebody moves the mouse. */
  touch(): Promise<void>
  /** A program of the person's own keeps a core busy, until the returned function is called. */
  compute(): Promise<() => Promise<void>>
  remove(): Promise<void>
}

const PATIENCE_MS = 60_000

/** What every `Surroundings` tells, however it finds out. */
export function surroundingsCompliance(name: string, place: () => Promise<SurroundingsPlace>): void {
  describe(`Surroundings: ${name}`, { timeout: 2 * PATIENCE_MS }, () => {
    it('tells who is here, and what the machine is busy with', async () => {
      const { surroundings, touch, compute, remove } = await place()
      try {
        const first = await surroundings.look()
        expect(first.inputBy).not.toBeNull()
        expect(first.cores).toBeGreaterThanOrEqual(1)
        expect(first.otherCores).toBeGreaterThanOrEqual(0)

        await touch()
        const touched = await surroundings.look()
        expect(touched.inputIdleMs).not.toBeNull()
        expect(touched.inputIdleMs).toBeLessThan(5_000)

        const end = await compute()
        const load = async () => (await surroundings.look()).otherCores
        await expect.poll(load, { timeout: PATIENCE_MS, interval: 200 }).toBeGreaterThan(0.7)
        expect(await load()).toBeLessThanOrEqual(first.cores + 0.1)
        await end()
      } finally {
        await surroundings.stop()
        await remove()
      }
    })

    it('stops as often as asked', async () => {
      const { surroundings, remove } = await place()
      await surroundings.look()
      await Promise.all([surroundings.stop(), surroundings.stop()])
      await remove()
    })
  })
}
