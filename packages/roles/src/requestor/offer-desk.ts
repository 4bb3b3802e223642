import type { Clock, Network, Peer } from '@golem/ports'
import {
  type Bytes32,
  type Demand,
  type DemandBody,
  encodeJson,
  isOfferSigned,
  MESSAGE_LIMIT_BYTES,
  OFFER_PROTOCOL,
  type Offer,
  offerMessage,
  type RecoverSigner,
  type Signer,
  signDemand,
} from '@golem/protocol'
import type { Directory } from '../directory/create-directory.ts'
import type { Logger } from '../logger.ts'
import { readMessage } from '../read-message.ts'

/** A demand goes to further providers this often while a job can use more of them. */
const REPEAT_MS = 5_000
/** The first steps come sooner: an answer takes a round trip, and providers that have just started may not be known yet. */
const FIRST_REPEATS_MS = [300, 1_000, 2_000]
const DEMAND_LIFETIME_MS = 60_000
/** Providers that are asked in one step. */
const DRAWN = 16
/** Offers kept for one demand, one a provider. */
const MAX_OFFERS = 1_000
const MAX_LIFETIME_MS = 24 * 3_600_000

type OpenDemand = { demand: Demand; offers: Map<string, Offer>; onOffer: () => void }
export type DemandHandle = {
  readonly id: Bytes32
  /** Signed offers received so far, one a provider, its newest. */
  offers(): Offer[]
  close(): void
}

export type DemandUse = {
  onOffer: () => void
  /** Offers that the job could use, at this moment: while there are fewer, the demand is widened. */
  wanted: () => number
}

/** Spreads demands and collects the offers that answer them. */
export type OfferDesk = {
  open(body: Omit<DemandBody, 'issuedAtMs' | 'expiresAtMs' | 'contact'>, use: DemandUse): DemandHandle
  /** All offers in sight, over all open demands. */
  offers(): Offer[]
  stop(): void
}

type Components = {
  signer: Signer
  network: Network
  directory: Directory
  clock: Clock
  logger: Logger
  recoverSigner?: RecoverSigner | undefined
}

export function createOfferDesk({ signer, network, directory, clock, logger, recoverSigner }: Components): OfferDesk {
  const open = new Map<string, OpenDemand>()
  const seen = new Map<string, Offer>()
  const bytes = new TextEncoder()

  const take = (raw: Uint8Array, from: Peer) => {
    const offer = readMessage(offerMessage, raw)
    const demand = open.get(offer.body.demandId)
    const refusal = demand
      ? (whyRefused(offer, demand.demand.body, from, clock.now()) ??
        // The costly question comes last.
        (isOfferSigned(offer, recoverSigner) ? null : 'its signature is wrong'))
      : 'answers no open demand'
    if (!demand || refusal) return logger.debug({ peer: from.address, refusal }, 'offer is ignored')
    keep(demand.offers, offer)
    keep(seen, offer)
    demand.onOffer()
  }

  const stopAnswering = network.handle(OFFER_PROTOCOL, { maxMessageBytes: MESSAGE_LIMIT_BYTES }, async (channel) => {
    for await (const message of channel.messages) {
      take(message, channel.peer)
      return
    }
  })

  return {
    open(body, { onOffer, wanted }) {
      const stopped = new AbortController()
      const spread = directory.spread(body)
      const widen = async () => {
        const nowMs = clock.now()
        const demand = signDemand(signer, {
          ...body,
          contact: network.contact(),
          issuedAtMs: nowMs,
          expiresAtMs: nowMs + DEMAND_LIFETIME_MS,
        })
        const entry = open.get(body.id) ?? { demand, offers: new Map(), onOffer }
        open.set(body.id, Object.assign(entry, { demand }))
        const living = [...entry.offers.values()].filter((offer) => offer.body.expiresAtMs > nowMs)
        if (living.length < wanted()) await spread.next(bytes.encode(encodeJson(demand)), DRAWN, stopped.signal)
      }
      const repeat = async () => {
        for (let round = 0; !stopped.signal.aborted; round += 1) {
          await widen().catch((error: unknown) => {
            if (!stopped.signal.aborted) logger.warn({ error: String(error) }, 'a demand was not spread')
          })
          await clock.sleep(FIRST_REPEATS_MS[round] ?? REPEAT_MS, { signal: stopped.signal }).catch(() => undefined)
        }
      }
      void repeat()
      return {
        id: body.id,
        offers: () => [...(open.get(body.id)?.offers.values() ?? [])],
        close: () => {
          stopped.abort()
          open.delete(body.id)
        },
      }
    },
    offers: () => [...seen.values()].filter((offer) => offer.body.expiresAtMs > clock.now()),
    stop: () => {
      stopAnswering()
      open.clear()
    },
  }
}

/** Newest last. The first come are the first to go: those who are wanted have been asked by then, and offer again. */
function keep(offers: Map<string, Offer>, offer: Offer): void {
  offers.delete(offer.body.provider)
  offers.set(offer.body.provider, offer)
  if (offers.size > MAX_OFFERS) offers.delete(offers.keys().next().value as string)
}

function whyRefused(offer: Offer, demand: DemandBody, from: Peer, nowMs: number): string | null {
  const { body } = offer
  if (body.provider !== from.address) return 'sent by another than its provider'
  if (body.contact.peerId !== from.peerId) return 'names another node as its contact'
  if (body.manifest !== demand.manifest) return 'offers another application'
  if (body.pricePerCoreHourWei > demand.maxPricePerCoreHourWei) return 'its price is above the demand'
  if (body.expiresAtMs <= nowMs) return 'it has expired'
  if (body.expiresAtMs > nowMs + MAX_LIFETIME_MS) return 'it never expires'
  return null
}
