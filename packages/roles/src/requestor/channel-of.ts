import type { ChannelKey, Terms } from '@golem/protocol'

/** The same terms have the same key, so that its hash is computed once. */
const keys = new WeakMap<Terms, ChannelKey>()

/** The payment channel of an agreement. */
export function channelOf(terms: Terms): ChannelKey {
  const known = keys.get(terms)
  if (known !== undefined) return known
  const key = {
    requestor: terms.requestor,
    payee: terms.payee,
    author: terms.author,
    royaltyBps: terms.royaltyBps,
  }
  keys.set(terms, key)
  return key
}
