import type { ChannelKey, Terms } from '@golem/protocol'

/** The payment channel of an agreement. */
export const channelOf = (terms: Terms): ChannelKey => ({
  requestor: terms.requestor,
  payee: terms.payee,
  author: terms.author,
  royaltyBps: terms.royaltyBps,
})
