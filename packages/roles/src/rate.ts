import type { Clock } from '@golem/ports'

export type RateOptions = { perS: number; burst: number }

/** A bucket of turns that fills with time. */
export function createRate(clock: Clock, { perS, burst }: RateOptions) {
  let turns = burst
  let lastMs = clock.now()
  return {
    /** Takes one turn, where there is one. */
    take: (): boolean => {
      const nowMs = clock.now()
      turns = Math.min(burst, turns + ((nowMs - lastMs) / 1_000) * perS)
      lastMs = nowMs
      if (turns < 1) return false
      turns -= 1
      return true
    },
  }
}
export type Rate = ReturnType<typeof createRate>
