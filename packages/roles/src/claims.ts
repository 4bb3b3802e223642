import { encodeJson, funding, voucher } from '@golem/protocol'
import type { z } from 'zod'
import { accountRecord } from './provider/records.ts'

/** What a requestor promised and locked, and what a provider holds: by the keys that they stand under in the store. */
const KINDS: readonly (readonly [key: RegExp, schema: z.ZodType])[] = [
  [/^requestor\/voucher\//, voucher],
  [/^requestor\/funding\//, funding],
  [/^requestor\/intent\//, funding.array()],
  [/^provider\/\d+\/0x[0-9a-f]{40}\/account\//, accountRecord],
]
const schemaOf = (key: string): z.ZodType | undefined => KINDS.find(([pattern]) => pattern.test(key))?.[1]

/** Whether money hangs on an entry of the store. */
export const isClaim = (key: string): boolean => schemaOf(key) !== undefined

/** Whether the roles can read it: from one that they cannot, no node starts. */
export function isSoundClaim(key: string, value: string): boolean {
  try {
    return schemaOf(key)?.safeParse(JSON.parse(value)).success ?? false
  } catch {
    return false
  }
}

/**
 * Two words on the same claim, one of a backup, as the one that is worth more. What is paid is asked of the chain again,
 * so the lower of two counts until then.
 *
 * @param key of the store, which says what kind of claim it is
 */
export function mergeClaims(key: string, known: string, other: string): string {
  if (key.startsWith('requestor/voucher/')) {
    const [one, two] = [voucher.parse(JSON.parse(known)), voucher.parse(JSON.parse(other))]
    return two.amountWei > one.amountWei ? other : known
  }
  if (!key.includes('/account/')) return known
  const [one, two] = [accountRecord.parse(JSON.parse(known)), accountRecord.parse(JSON.parse(other))]
  const isMore = (two.voucher?.amountWei ?? 0n) > (one.voucher?.amountWei ?? 0n)
  const fundings = new Map([...two.fundings, ...one.fundings].map((each) => [`${each.root} ${each.sumWei}`, each]))
  return encodeJson({
    ...one,
    voucher: isMore ? two.voucher : one.voucher,
    owedWei: two.owedWei > one.owedWei ? two.owedWei : one.owedWei,
    paidWei: two.paidWei < one.paidWei ? two.paidWei : one.paidWei,
    collectedWei: two.collectedWei < one.collectedWei ? two.collectedWei : one.collectedWei,
    fundings: [...fundings.values()],
  })
}
