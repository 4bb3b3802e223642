import { parseGlm } from '@golem/protocol/amount'
import { InvalidArgumentError } from 'commander'

/** What the API takes, and far more than there is. */
const MOST_DIGITS = 38

/** GLM as people write it, to the API's decimal text of base units. */
export function amount(text: string): string {
  const wei = read(text)
  if (wei.length > MOST_DIGITS) throw new InvalidArgumentError('There are not so many GLM.')
  return wei
}

/** An amount that moves something. */
export function positiveAmount(text: string): string {
  const wei = amount(text)
  if (wei === '0') throw new InvalidArgumentError('Write an amount of GLM above 0, such as 2 or 0.25.')
  return wei
}

function read(text: string): string {
  try {
    return parseGlm(text).toString()
  } catch {
    throw new InvalidArgumentError('Write an amount of GLM such as 2 or 0.25.')
  }
}
