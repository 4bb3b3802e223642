import { GolemError } from './errors.ts'
import type { Wei } from './primitives.ts'

const DECIMALS = 18
const UNIT = 10n ** BigInt(DECIMALS)

/**
 * Reads what a person writes: GLM with at most 18 decimals.
 *
 * @throws {GolemError} `AMOUNT_INVALID`
 * @example
 * parseGlm('0.1') // 100000000000000000n
 */
export function parseGlm(text: string): Wei {
  const match = /^(\d+)(?:\.(\d{1,18}))?$/.exec(text.trim())
  if (!match) {
    throw new GolemError({
      code: 'AMOUNT_INVALID',
      message: `"${text}" is no amount of GLM.`,
      remedy: 'Write a number such as 2 or 0.25, with at most 18 decimals.',
    })
  }
  return BigInt(match[1] ?? '0') * UNIT + BigInt((match[2] ?? '').padEnd(DECIMALS, '0'))
}

/**
 * Writes an amount for a person: GLM, rounded down to `decimals`; less than that to its first two digits, because little
 * is not nothing.
 *
 * @example
 * formatGlm(1_234_500_000_000_000_000n) // '1.2345'
 */
export function formatGlm(amount: bigint, decimals = 6): string {
  const negative = amount < 0n
  const absolute = negative ? -amount : amount
  const digits = (absolute % UNIT).toString().padStart(DECIMALS, '0')
  const shown = absolute * 10n ** BigInt(decimals) < UNIT ? digits.search(/[1-9]/) + 2 : decimals
  const fraction = digits.slice(0, shown).replace(/0+$/, '')
  const text = `${absolute / UNIT}${fraction === '' ? '' : `.${fraction}`}`
  return negative ? `-${text}` : text
}
