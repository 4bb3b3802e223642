import { InvalidArgumentError } from 'commander'

const LARGEST = 2 ** 31 - 1

/** A whole number from 1. */
export function count(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1 || value > LARGEST)
    throw new InvalidArgumentError('Write a whole number from 1.')
  return value
}
