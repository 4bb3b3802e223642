import { InvalidArgumentError } from 'commander'

const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const

/**
 * Reads times such as `90s`, `10m`, `1h30m`, as milliseconds, up to so many days.
 *
 * @returns a parser that throws `InvalidArgumentError` for anything longer, anything else, and for nothing at all
 */
export function durationUpTo(days: number): (text: string) => number {
  return (text) => {
    const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|d|h|m|s)/g)]
    const totalMs = parts.reduce((sum, [, value, unit]) => sum + Number(value) * UNITS[unit as keyof typeof UNITS], 0)
    if (parts.map(([part]) => part).join('') !== text || totalMs < 1) {
      throw new InvalidArgumentError('Write a time such as 90s, 10m or 1h30m.')
    }
    if (totalMs > days * UNITS.d)
      throw new InvalidArgumentError(`At most ${days} ${days === 1 ? 'day is' : 'days are'} possible.`)
    return Math.round(totalMs)
  }
}
