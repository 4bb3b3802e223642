import { formatGlm } from '@golem/protocol/amount'

/** The API's base units for people: `0.45 GLM`. */
export const glm = (wei: string): string => `${formatGlm(BigInt(wei))} GLM`

/** Gas is a millionth of what work costs, and is paid in the chain's own coin. */
export const gas = (wei: string): string => `${formatGlm(BigInt(wei), 9)} ETH`
