import { disputePhase } from '@golem/market'
import type { DisputesApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'

/** Disputes that are shown. */
const MAX_SHOWN = 50

export const createDisputesApi = ({ disputes, stake, signer }: DaemonParts): DisputesApi => ({
  disputes: async () => {
    const self = signer.address
    const [terms, count, own, { weightWei, totalWei: allWei }, { atS }] = await Promise.all([
      disputes.terms(),
      disputes.count(),
      stake.of(self),
      disputes.enlisted(self),
      disputes.now(),
    ])
    const ids = Array.from({ length: Math.min(MAX_SHOWN, count) }, (_, at) => count - at)
    const found = await Promise.all(ids.map((id) => disputes.dispute(id)))
    return {
      self,
      bondWei: terms.bondWei.toString(),
      stake: { totalWei: own.totalWei.toString(), agedWei: own.agedWei.toString(), exitsAtS: own.exitsAtS },
      weightWei: weightWei.toString(),
      allWei: allWei.toString(),
      disputes: found.map((dispute) => {
        const { id, accuser, accused, round, verdict, amountWei, accuserBondsWei, accusedBondsWei, panel } = dispute
        return {
          ...{ id, accuser, accused, verdict, evidence: dispute.evidence, panel: round + 1 },
          ...disputePhase({ dispute, terms, nowS: atS }),
          amountWei: amountWei.toString(),
          bondsWei: (accuserBondsWei + accusedBondsWei).toString(),
          ...{ acquitting: panel.acquitting, convicting: panel.convicting, seats: terms.firstSeats << round },
          isJuror: panel.jurors.includes(self),
        }
      }),
    }
  },
})
