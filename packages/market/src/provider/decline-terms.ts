import type { Address, Manifest, OfferBody, Settlement, Terms } from '@golem/protocol'
import type { Refusal } from './refuse-assignment.ts'

export type TermsInput = {
  terms: Terms
  /** Whose connection the proposal came by. */
  from: Address
  /** The offer that the terms name, where it was made here, still holds and is not taken. */
  offer: { body: OfferBody; requestor: Address } | null
  /** Of the application offered. */
  manifest: Manifest | null
  settlement: Settlement
  nowMs: number
}

/** An agreement is open for so long at most: what was delivered is kept until its deadline. */
export const MAX_AGREEMENT_LIFE_MS = 30 * 24 * 60 * 60_000

/** Why a provider does not sign, or null where it does. Signatures are checked elsewhere. */
export function declineTerms({ terms, from, offer, manifest, settlement, nowMs }: TermsInput): Refusal | null {
  if (terms.requestor !== from)
    return decline('PEER_WRONG', `The terms name ${terms.requestor}, and ${from} sent them.`)
  if (offer === null || manifest === null)
    return decline('OFFER_UNKNOWN', 'The offer is not known here, or has expired.')
  const offered = offer.body
  if (offer.requestor !== terms.requestor) return decline('OFFER_UNKNOWN', 'The offer was made to somebody else.')
  if (offered.expiresAtMs <= nowMs) return decline('OFFER_EXPIRED', 'The offer has expired.')
  if (terms.deadlineMs <= nowMs) return decline('DEADLINE_PASSED', 'The deadline has passed.')
  if (terms.deadlineMs > nowMs + MAX_AGREEMENT_LIFE_MS)
    return decline('DEADLINE_FAR', 'The deadline is more than 30 days away.')
  const pairs: [string, unknown, unknown][] = [
    ['demand', terms.demandId, offered.demandId],
    ['provider', terms.provider, offered.provider],
    ['payee', terms.payee, offered.payee],
    ['application', terms.manifest, offered.manifest],
    ['price', terms.pricePerCoreHourWei, offered.pricePerCoreHourWei],
    ['author', terms.author, manifest.author],
    ['royalty', terms.royaltyBps, manifest.royaltyBps],
    ['chain', terms.settlement.chainId, settlement.chainId],
    ['payment contract', terms.settlement.payments, settlement.payments],
    ['token', terms.settlement.token, settlement.token],
  ]
  for (const [name, asked, agreed] of pairs)
    if (asked !== agreed) return decline('TERMS_DIFFER', `The ${name} is ${asked}; ${agreed} was offered.`)
  if (terms.unpaidLimitWei > offered.unpaidLimitWei)
    return decline(
      'TERMS_DIFFER',
      `The unpaid limit is ${terms.unpaidLimitWei}; ${offered.unpaidLimitWei} was offered.`,
    )
  return null
}

const decline = (code: string, message: string): Refusal => ({ code, message })
