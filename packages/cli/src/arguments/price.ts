import { amount } from './amount.ts'

/** GLM for a core-hour of the reference machine: `0.1`, or in full `0.1/core-hour`. */
export const price = (text: string): string => amount(text.replace(/ ?(GLM)?\/core-hour$/, ''))
