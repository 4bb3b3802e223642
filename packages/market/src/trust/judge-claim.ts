import type { Address } from '@golem/protocol'

export type ClaimInput = {
  accused: Address
  /** Who agreed on the work. */
  requestor: Address
  provider: Address
  /** Who signed the verdict that is disputed, and what it says. */
  judge: Address
  saidAccepted: boolean
  /** The provider signed what it was asked, and the check rests on that alone (`isQuestionSigned`). */
  isQuestionSigned: boolean
  /** What it ran on is certified to give the same everywhere. */
  isDeterministic: boolean
  /** It was compared to the last bit in a class, which the record of the work names. */
  namesClass: boolean
  /** What the same check, done again by the one who votes, says. */
  foundAccepted: boolean
}

/**
 * How a juror votes. A provider is convicted of a delivery that does not answer what it signed that it was asked; whoever signed a verdict (a requestor, an
 * auditor), of one that does not: where whoever votes has computed it as the judge did. Everybody else has done nothing that the work could show.
 */
export function judgeClaim({
  accused,
  requestor,
  provider,
  judge,
  saidAccepted,
  isQuestionSigned,
  isDeterministic,
  namesClass,
  foundAccepted,
}: ClaimInput): 'convict' | 'acquit' {
  // Whoever works for itself can make any of the two look wrong.
  if (requestor === provider) return 'acquit'
  if (accused === judge && accused !== provider) {
    // What is alike on one processor may not quite be on another: near the threshold both are right.
    const isSame = saidAccepted === foundAccepted || !(isDeterministic || namesClass)
    return isSame ? 'acquit' : 'convict'
  }
  if (accused !== provider || foundAccepted) return 'acquit'
  // Who tells of the work could tell of another question, and a processor of another class could answer it otherwise.
  return isQuestionSigned && isDeterministic ? 'convict' : 'acquit'
}
