import type { Address, ChannelKey } from '@golem/protocol'

/** The payment channel of audits: apart from that of work, which names the application's author. */
export const auditChannel = (requestor: Address, auditor: Address): ChannelKey => ({
  requestor,
  payee: auditor,
  author: auditor,
  royaltyBps: 0,
})
