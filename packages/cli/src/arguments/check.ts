import { InvalidArgumentError } from 'commander'

/** How results are to be checked; for `none`, more has to be said (`sayCheck`). */
export type AskedCheck =
  | { kind: 'exact'; share?: number }
  | { kind: 'crops'; crops: number }
  | { kind: 'custom' }
  | { kind: 'none' }

/** `exact`, `exact=0.2`, `crops=4`, `custom` or `none`. */
export function check(text: string): AskedCheck {
  const [kind, value, ...more] = text.split('=')
  const number = value === undefined ? undefined : Number(value)
  if (more.length === 0) {
    if (kind === 'exact' && number === undefined) return { kind }
    if (kind === 'exact' && number !== undefined && number > 0 && number <= 1) return { kind, share: number }
    if (kind === 'crops' && number !== undefined && Number.isInteger(number) && number >= 1 && number <= 16)
      return { kind, crops: number }
    if ((kind === 'custom' || kind === 'none') && value === undefined) return { kind }
  }
  throw new InvalidArgumentError(
    'Write exact (or exact=0.2, a share of the results), crops=4 (1 to 16 hidden parts), custom, or none.',
  )
}
