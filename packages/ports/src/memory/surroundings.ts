import type { Sight, Surroundings } from '../surroundings.ts'

export type MemorySurroundings = Surroundings & {
  /** From the next look on. */
  change(sight: Partial<Sight>): void
}

/** What a test says is going on: nothing, on a machine of four cores that nobody has touched for an hour. */
export function memorySurroundings(begin: Partial<Sight> = {}): MemorySurroundings {
  let sight: Sight = {
    inputIdleMs: 3_600_000,
    inputBy: 'memory',
    otherCores: 0,
    cores: 4,
    isOnBattery: false,
    isMetered: false,
    ...begin,
  }
  return {
    look: async () => ({ ...sight }),
    stop: async () => undefined,
    change: (change) => {
      sight = { ...sight, ...change }
    },
  }
}
