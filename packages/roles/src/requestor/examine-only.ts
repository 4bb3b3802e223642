import { credibleCores, expectedPrice } from '@golem/market'
import type { App } from '@golem/ports'
import {
  type Bytes32,
  type DemandBody,
  GolemError,
  type InputFile,
  type Json,
  type Offer,
  type Wei,
} from '@golem/protocol'
import { hexOf } from '../hex-of.ts'
import { takePicture } from '../take-picture.ts'
import { estimateWork, examine } from './examine.ts'
import type { RequestorComponents } from './job-desk.ts'
import type { LocalProgram } from './local-program.ts'
import type { OfferDesk } from './offer-desk.ts'

/** After the first offer, others get this much time without a new one. */
const SETTLE_MS = 300
/** Where nobody answers, so long is waited. */
const LOOK_MS = 3_000
const MIN_OFFERS = 16

/** What an application costs at present, by the offers that answered. */
export type Prices = {
  offers: number
  cores: number
  /** Of all cores together; the reference machine's one core has 1. */
  speed: number
  /** As jobs are estimated. null without offers. */
  expectedWei: Wei | null
  leastWei: Wei | null
  mostWei: Wei | null
}

/** What is in the inputs of a job, before there is one. */
export type Examined = {
  inspection: Json
  estimate: Json
  summary: string[]
  totalUnits: number
  /** A PNG; null where the application makes none. */
  picture: Uint8Array | null
  prices: Prices
}

type Components = RequestorComponents & { speed: number }
type Asked = { app: App; parameters: Json; inputs: InputFile[]; signal: AbortSignal }

/**
 * Opens inputs as a job would, measures the work, and makes a first picture; a job with the same inputs and parameters
 * then finds all that done.
 *
 * @throws {GolemError} as `examine`
 */
export async function examineOnly(
  components: Components,
  takeProgram: () => Promise<LocalProgram>,
  { app, parameters, inputs, signal }: Asked,
): Promise<Omit<Examined, 'prices'>> {
  const { folders, randomBytes, logger } = components
  const folder = `examinations/${hexOf(randomBytes(8))}`
  const jobInputs = await folders.make(folder)
  const program = await takeProgram()
  try {
    const speaker = { call: program.call, make: program.make, speed: components.speed }
    const parts = { ...components, app, program: speaker }
    const asked = { parameters, inputs, jobInputs, programInputs: program.folders.in, signal }
    const examination = await examine(parts, asked)
    const { estimate, totalUnits } = await estimateWork(parts, { parameters, examination, signal })
    const { inspection, summary } = examination
    let picture: Uint8Array | null = null
    try {
      const made = await app.sketch?.(speaker, { parameters, inspection, estimate }, signal)
      if (made !== undefined) {
        const { limits } = app.manifest
        picture = await takePicture(components, made.file, { hostPath: program.hostPath, limits })
      }
    } catch (error) {
      signal.throwIfAborted()
      // It is a courtesy: what keeps it from being made keeps no job from being done.
      if (!(error instanceof GolemError) || error.code !== 'FUNCTION_UNKNOWN')
        logger.warn({ app: app.name, error: String(error) }, 'no first picture was made')
    }
    return { inspection, estimate, summary, totalUnits, picture }
  } finally {
    await program.close()
    await folders.remove(jobInputs)
  }
}

type Demanded = Omit<DemandBody, 'issuedAtMs' | 'expiresAtMs' | 'contact'>

/** A demand for offers of an application. */
export function demandFor(
  { randomBytes, signer, chain }: RequestorComponents,
  app: App,
  maxPricePerCoreHourWei: Wei,
): Demanded {
  return {
    id: `0x${hexOf(randomBytes(32))}` as Bytes32,
    requestor: signer.address,
    manifest: app.manifestCid,
    app: app.title,
    settlement: chain.settlement,
    maxPricePerCoreHourWei,
  }
}

/** Asks providers for offers, and takes none of them. */
export async function lookForOffers(
  { clock }: RequestorComponents,
  offerDesk: OfferDesk,
  demanded: Demanded,
  signal: AbortSignal,
): Promise<Offer[]> {
  const demand = offerDesk.open(demanded, { onOffer: () => undefined, wanted: () => MIN_OFFERS })
  try {
    const giveUpMs = clock.now() + LOOK_MS
    for (let count = -1; clock.now() < giveUpMs && (count < 1 || count !== demand.offers().length); ) {
      count = demand.offers().length
      await clock.sleep(SETTLE_MS, { signal })
    }
    return demand.offers()
  } finally {
    demand.close()
  }
}

export function pricesOf(offers: readonly Offer[]): Prices {
  const bodies = offers.map(({ body }) => body)
  const sorted = bodies
    .map(({ pricePerCoreHourWei }) => pricePerCoreHourWei)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const sum = (of: (body: (typeof bodies)[number]) => number) => bodies.reduce((total, body) => total + of(body), 0)
  return {
    offers: bodies.length,
    cores: sum(({ cores }) => credibleCores(cores, 0)),
    speed: sum(({ cores, speed }) => credibleCores(cores, 0) * speed),
    expectedWei: bodies.length === 0 ? null : expectedPrice(bodies),
    leastWei: sorted[0] ?? null,
    mostWei: sorted.at(-1) ?? null,
  }
}
