import { InvalidArgumentError } from 'commander'

/** How much of one thing another is worth: a number from 0. */
export function rate(text: string): number {
  if (!/^\d{1,12}(\.\d+)?$/.test(text)) throw new InvalidArgumentError('Write a number from 0, such as 1000 or 0.5.')
  return Number(text)
}
