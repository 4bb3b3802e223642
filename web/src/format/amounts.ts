import { formatGlm, parseGlm } from '@golem/protocol/amount'

/** `1.25 GLM`: fewer digits than the chain keeps, which nobody reads. */
export const glm = (wei: string | bigint): string => `${glmNumber(wei)} GLM`

export function glmNumber(wei: string | bigint): string {
  const [whole = '0', part] = formatGlm(BigInt(wei), 4).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return part === undefined ? grouped : `${grouped}.${part}`
}

/** Base units of what a person typed; null where it is no amount. */
export function weiOf(text: string): string | null {
  try {
    return parseGlm(text.trim()).toString()
  } catch {
    return null
  }
}

/** Whole, as a person would type it. */
export const glmText = (wei: string | bigint): string => formatGlm(BigInt(wei), 18)

/** For charts, which need no last digit. */
export const glmFloat = (wei: string | bigint): number => Number(formatGlm(BigInt(wei), 9))
