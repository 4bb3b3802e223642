import type { Address, Bytes32, Cid, Funding, PeerContact, Wei } from '@golem/protocol'
import { askAuditor } from './ask-auditor.ts'
import { auditChannel } from './audit-channel.ts'
import type { AuditServices } from './audit-services.ts'

/** Locks last so long for an audit's work. */
const LOCKED_FOR_MS = 2 * 60 * 60_000
const PAY_AGAIN_MS = [1_000, 5_000, 30_000] as const

/** The money of one batch: fees are locked before they are earned, and what was not earned stays for the next. */
export type AuditPurse = {
  /** Locks what these need, in one transaction. @throws {GolemError} `FUNDS_MISSING`, chain errors */
  need(fees: ReadonlyMap<Address, Wei>): Promise<void>
  fundingOf(auditor: Address): Funding | null
  /** A voucher over the fees of these works; brought, and tried again. */
  pay(
    to: { auditor: Address; contact: PeerContact },
    earned: { root: Bytes32; works: readonly Cid[]; feeWei: Wei },
  ): Promise<void>
  close(): void
}

export function openAuditPurse(services: AuditServices, why: string, signal: AbortSignal): AuditPurse {
  const { treasury, signer, clock, store, logger } = services
  const reserved = new Map<Address, Wei>()
  const channelTo = (auditor: Address) => auditChannel(signer.address, auditor)
  return {
    need: async (fees) => {
      const requests = [...fees].flatMap(([auditor, feeWei]) => {
        const channel = channelTo(auditor)
        const addWei = feeWei - treasury.freeCredit(channel)
        return addWei > 0n ? [{ channel, addWei }] : []
      })
      if (requests.length > 0) await treasury.lock(requests, clock.now() + LOCKED_FOR_MS, why)
      for (const [auditor, feeWei] of fees) {
        treasury.reserve(channelTo(auditor), feeWei)
        reserved.set(auditor, (reserved.get(auditor) ?? 0n) + feeWei)
      }
    },
    fundingOf: (auditor) => treasury.newestFunding(channelTo(auditor)),
    pay: async ({ auditor, contact }, { root, works, feeWei }) => {
      if (feeWei === 0n) return
      const { voucher, changes, made } = treasury.promise(channelTo(auditor), feeWei)
      store.commit(changes)
      made()
      for (const pauseMs of [0, ...PAY_AGAIN_MS]) {
        await clock.sleep(pauseMs, { signal })
        const reply = await askAuditor(
          services,
          contact,
          { type: 'pay', root, works: [...works], voucher },
          signal,
        ).catch(String)
        if (typeof reply !== 'string' && reply.type === 'paid') return
        logger.warn({ peer: auditor, reply }, 'an auditor did not take its pay yet')
      }
      // Vouchers are cumulative: the next one says it again.
    },
    close: () => {
      for (const [auditor, feeWei] of reserved) treasury.release(channelTo(auditor), feeWei)
      reserved.clear()
    },
  }
}
