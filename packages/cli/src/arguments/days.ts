import { InvalidArgumentError } from 'commander'

/** The longest life of an entry on a list. */
const MOST = 180

export function days(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && value <= MOST) return value
  throw new InvalidArgumentError(`Write a whole number of days from 1 to ${MOST}.`)
}
