import { InvalidArgumentError } from 'commander'

/** How results are to be checked; for `none`, more has to be said (`sayCheck`). */
export type AskedCheck =
  | { kind: 'exact'; share?: number }
  | { kind: 'crops'; crops: number }
  | { kind: 'replicate'; copies: number; agreeing: number }
  | { kind: 'custom' }
  | { kind: 'none' }

/** Two compute it, and a third where they do not agree. */
const TWO_OF_THREE = { agreeing: 2, copies: 3 }

/** `exact`, `exact=0.2`, `crops=4`, `replicate`, `replicate=2/3`, `custom` or `none`. */
export function check(text: string): AskedCheck {
  const [kind, value, ...more] = text.split('=')
  const number = value === undefined ? undefined : Number(value)
  if (more.length === 0) {
    if (kind === 'exact' && number === undefined) return { kind }
    if (kind === 'exact' && number !== undefined && number > 0 && number <= 1) return { kind, share: number }
    if (kind === 'crops' && number !== undefined && Number.isInteger(number) && number >= 1 && number <= 16)
      return { kind, crops: number }
    if (kind === 'replicate' && value === undefined) return { kind, ...TWO_OF_THREE }
    const [, agreeing, copies] = kind === 'replicate' ? (/^([2-8])\/([2-8])$/.exec(value ?? '') ?? []) : []
    if (agreeing !== undefined && copies !== undefined && agreeing <= copies)
      return { kind: 'replicate', agreeing: Number(agreeing), copies: Number(copies) }
    if ((kind === 'custom' || kind === 'none') && value === undefined) return { kind }
  }
  throw new InvalidArgumentError(
    'Write exact (or exact=0.2, a share of the results), crops=4 (1 to 16 hidden parts), replicate=2/3 (2 providers that agree, of 3 at most), custom, or none.',
  )
}
