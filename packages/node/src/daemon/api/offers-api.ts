import type { Offer } from '@golem/protocol'
import type { OffersApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import { toApiOffer } from '../views.ts'

/** Shown; those that were not seen for longest go first. */
const MAX_SHOWN = 2_000

type Parts = {
  requestor: Pick<DaemonParts['requestor'], 'offers'>
  apps: { loaded: Pick<DaemonParts['apps']['loaded'][number], 'manifestCid' | 'title'>[] }
}

/** The requestor knows the newest offer of each provider; who is asked for several applications has one for each. */
export function createOffersApi({ requestor, apps }: Parts, nowMs: () => number = Date.now): OffersApi {
  const inSight = new Map<string, Offer>()
  const titleOf = (manifest: string): string =>
    apps.loaded.find((app) => app.manifestCid === manifest)?.title ?? manifest
  return {
    offers: async () => {
      for (const offer of requestor.offers()) {
        const key = `${offer.body.provider}/${offer.body.manifest}`
        inSight.delete(key)
        inSight.set(key, offer)
      }
      const gone = [...inSight.keys()].slice(0, Math.max(0, inSight.size - MAX_SHOWN))
      for (const [key, { body }] of inSight) if (body.expiresAtMs <= nowMs()) gone.push(key)
      for (const key of gone) inSight.delete(key)
      return [...inSight.values()].map((offer) => toApiOffer(offer, titleOf(offer.body.manifest)))
    },
  }
}
