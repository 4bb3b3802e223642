import type { OffersApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import { toApiOffer } from '../views.ts'

export const createOffersApi = (parts: DaemonParts): OffersApi => ({
  offers: async () => parts.requestor.offers().map((offer) => toApiOffer(offer, titleOf(parts, offer.body.manifest))),
})

const titleOf = ({ apps }: DaemonParts, manifest: string): string =>
  apps.loaded.find((app) => app.manifestCid === manifest)?.title ?? manifest
