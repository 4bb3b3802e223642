import { parseGlm } from '@golem/protocol/amount'
import { InvalidArgumentError } from 'commander'

/** GLM as people write it, to the API's decimal text of base units. */
export function amount(text: string): string {
  try {
    return parseGlm(text).toString()
  } catch {
    throw new InvalidArgumentError('Write an amount of GLM such as 2 or 0.25.')
  }
}
