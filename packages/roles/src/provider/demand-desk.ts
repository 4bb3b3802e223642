import { declineDemand, usualPay } from '@golem/market'
import type { Clock, Network } from '@golem/ports'
import {
  type Address,
  type Bytes32,
  bytes32,
  type Cid,
  DEMAND_PROTOCOL,
  type Demand,
  demand as demandSchema,
  encodeJson,
  MESSAGE_LIMIT_BYTES,
  OFFER_PROTOCOL,
  type Offer,
  type PeerContact,
  type RecoverSigner,
  type Settlement,
  type Signer,
  signOffer,
} from '@golem/protocol'
import type { Directory } from '../directory/create-directory.ts'
import { hexOf } from '../hex-of.ts'
import type { Logger } from '../logger.ts'
import { createRate, type Rate } from '../rate.ts'
import type { Grants } from './grants.ts'
import { LIMITS } from './limits.ts'
import type { ProvidedApp, Settings } from './options.ts'
import type { Penalties } from './penalties.ts'

/** An offer holds for so long. */
const OFFER_LIFE_MS = 10 * 60_000
/** A demand that is repeated is answered again after this: the first answer may have been lost with its reader. */
const REPEAT_AFTER_MS = 15_000
const ANSWER_TIMEOUT_MS = 8_000
/** Demands of one requestor. */
const DEMAND_RATE = { perS: 2, burst: 20 }

export type MadeOffer = { offer: Offer; requestor: Address; contact: PeerContact; answeredAtMs: number; taken: boolean }

/** Listens to demands, and answers those that fit. */
export type DemandDesk = {
  /** An offer made here that still holds and nobody took. */
  find(offerId: Bytes32): MadeOffer | null
  /** One offer makes one agreement. */
  take(offerId: Bytes32): void
  stop(): void
}

type Components = {
  network: Network
  directory: Directory
  signer: Signer
  clock: Clock
  logger: Logger
  randomBytes: (length: number) => Uint8Array
  penalties: Penalties
  grants: Grants
  apps: ReadonlyMap<Cid, ProvidedApp>
  settlement: Settlement
  recoverSigner?: RecoverSigner | undefined
}
type State = { openAgreements: () => number; isAble: () => boolean }

export function createDemandDesk(components: Components, settings: Settings, state: State): DemandDesk {
  const { network, directory, signer, clock, logger, randomBytes, penalties, grants, apps, settlement, recoverSigner } =
    components
  /** By demand, oldest first. */
  const made = new Map<string, MadeOffer>()
  const byOffer = new Map<Bytes32, MadeOffer>()
  const rates = new Map<Address, Rate>()
  const manifests = new Set(apps.keys())
  const stopped = new AbortController()
  let answering = 0

  const isTooFast = (peer: Address): boolean => {
    const rate = rates.get(peer) ?? createRate(clock, DEMAND_RATE)
    rates.delete(peer)
    rates.set(peer, rate)
    if (rates.size > LIMITS.peers) rates.delete(rates.keys().next().value as Address)
    return !rate.take()
  }

  const remember = (entry: MadeOffer): void => {
    const { demandId, id } = entry.offer.body
    const key = keyOf(entry.requestor, demandId)
    const older = made.get(key)
    if (older !== undefined) byOffer.delete(older.offer.body.id)
    made.delete(key)
    made.set(key, entry)
    byOffer.set(id, entry)
    if (made.size <= LIMITS.offers) return
    const [oldest, { offer }] = made.entries().next().value as [string, MadeOffer]
    made.delete(oldest)
    byOffer.delete(offer.body.id)
  }

  const makeOffer = ({ body }: Demand, app: ProvidedApp): MadeOffer => {
    const nowMs = clock.now()
    const offer = signOffer(signer, {
      id: bytes32.parse(`0x${hexOf(randomBytes(32))}`),
      demandId: body.id,
      provider: signer.address,
      payee: settings.payee,
      contact: network.contact(),
      manifest: app.manifestCid,
      pricePerCoreHourWei: settings.pricePerCoreHourWei,
      cores: settings.cores,
      speed: settings.speed,
      equivalenceClass: app.equivalenceClass,
      unpaidLimitWei: settings.unpaidLimitWei,
      expiresAtMs: nowMs + OFFER_LIFE_MS,
    })
    return { offer, requestor: body.requestor, contact: body.contact, answeredAtMs: nowMs, taken: false }
  }

  const answer = async (demand: Demand, app: ProvidedApp): Promise<void> => {
    const { body } = demand
    const before = made.get(keyOf(body.requestor, body.id))
    // The same offer again, as long as it is fresh: the requestor keeps one by provider.
    const isFresh = before && !before.taken && before.offer.body.expiresAtMs - clock.now() > OFFER_LIFE_MS / 2
    const entry: MadeOffer = isFresh
      ? Object.assign(before, { contact: body.contact, answeredAtMs: clock.now() })
      : makeOffer(demand, app)
    remember(entry)
    try {
      const channel = await network.open(body.contact, OFFER_PROTOCOL, {
        maxMessageBytes: MESSAGE_LIMIT_BYTES,
        isBrief: true,
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
      })
      if (channel.peer.address !== body.requestor) return channel.abort()
      await channel.send(new TextEncoder().encode(encodeJson(entry.offer)))
      await channel.close()
      logger.debug({ peer: body.requestor, demand: body.id, offer: entry.offer.body.id }, 'answered a demand')
    } catch (error) {
      entry.answeredAtMs = Number.NEGATIVE_INFINITY
      logger.debug({ peer: body.requestor, demand: body.id, error: String(error) }, 'an offer did not arrive')
    }
  }

  const consider = (from: Address, message: Uint8Array): string | null => {
    if (isTooFast(from)) return 'too many demands'
    const demand = readDemand(message)
    if (demand === null) return 'it is malformed'
    const { body } = demand
    const before = made.get(keyOf(body.requestor, body.id))
    if (before !== undefined && clock.now() - before.answeredAtMs < REPEAT_AFTER_MS) return 'it was answered'
    if (answering >= LIMITS.answers) return 'too many answers are on their way'
    if (!state.isAble()) return 'no program can be started here'
    const policy = {
      settlement,
      manifests,
      pricePerCoreHourWei: settings.pricePerCoreHourWei,
      denied: penalties.peers(),
      openAgreements: state.openAgreements(),
      maxAgreements: LIMITS.agreements,
    }
    const reason = declineDemand({ demand, from, policy, nowMs: clock.now(), recoverSigner })
    const app = apps.get(body.manifest)
    if (reason !== null || app === undefined) return reason
    const forbidden =
      grants.declineApp(app, { isHired: false }) ??
      grants.declineRequestor(body.requestor, { payWei: usualPay(settings.pricePerCoreHourWei), isHired: false })
    if (forbidden !== null) return forbidden.message
    answering += 1
    void answer(demand, app).finally(() => {
      answering -= 1
    })
    return null
  }

  const unhandle = network.handle(DEMAND_PROTOCOL, { maxMessageBytes: MESSAGE_LIMIT_BYTES }, async (channel) => {
    for await (const message of channel.messages) {
      const reason = consider(channel.peer.address, message)
      if (reason !== null) logger.debug({ peer: channel.peer.address, reason }, 'a demand is not answered')
      return
    }
  })
  const leave = directory.join([...apps.keys()])

  return {
    find: (offerId) => {
      const entry = byOffer.get(offerId)
      return entry === undefined || entry.taken || entry.offer.body.expiresAtMs <= clock.now() ? null : entry
    },
    take: (offerId) => {
      const entry = byOffer.get(offerId)
      if (entry !== undefined) entry.taken = true
      byOffer.delete(offerId)
    },
    stop: () => {
      leave()
      unhandle()
      stopped.abort()
    },
  }
}

/** Ids are their requestor's own business: nobody takes another's by saying it first. */
const keyOf = (requestor: Address, demandId: Bytes32): string => `${requestor}/${demandId}`

function readDemand(message: Uint8Array): Demand | null {
  if (message.length > MESSAGE_LIMIT_BYTES) return null
  try {
    const parsed = demandSchema.safeParse(JSON.parse(new TextDecoder().decode(message)))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
