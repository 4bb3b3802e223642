import {
  type Bytes32,
  commitmentOf,
  type Draws,
  domainOf,
  drawChain,
  drawSeed,
  type Hex,
  MAX_DRAWS,
  signDraws,
  type Terms,
} from '@golem/protocol'
import { randomHex } from '../hex-of.ts'
import type { JobDesk } from './job-desk.ts'
import type { ChainSecret } from './job-events.ts'
import { type AgreementState, type Attempt, agreementOf } from './job-state.ts'

/** A chain is made for so many deliveries for each subtask of the job: some are done twice. */
const DRAWS_PER_SUBTASK = 2
const MIN_DRAWS = 16

/** What one delivery is checked by: `draw` is null where it named none, and the seed is this node's own. */
export type Lot = { seed: Bytes32; drawn: { draw: number; value: Bytes32 } | null }

export function newChainSecret({ services, state }: JobDesk): ChainSecret {
  const count = Math.min(MAX_DRAWS, Math.max(MIN_DRAWS, DRAWS_PER_SUBTASK * state.subtasks.size))
  return { secret: randomHex(services.randomBytes), count }
}

/** The chain's head as the provider gets it, before any work. */
export function drawsFor({ services }: JobDesk, id: Bytes32, terms: Terms, { secret, count }: ChainSecret): Draws {
  const { head } = drawChain(bytesOf(secret), count)
  return signDraws(services.signer, domainOf(terms.settlement), id, { head, count })
}

/** Reveals what the deliveries that came so far are checked by; said again where it is said again. */
export function reveal(desk: JobDesk, { id, draws, revealed }: AgreementState): void {
  const notes = desk.links.get(id)
  if (!notes || draws === null || revealed === null) return
  notes.chain ??= drawChain(bytesOf(draws.secret), draws.count)
  notes.link.send({ type: 'reveal', draw: revealed, value: notes.chain.valueOf(revealed) })
}

/**
 * Whether a delivery was signed before its draw could be known. One that names no draw may: its seed is drawn here, after
 * it came.
 */
export const isDrawnBlind = ({ draws, revealed }: AgreementState, draw: number | undefined): boolean =>
  draw === undefined || (draws !== null && draw < draws.count && draw > (revealed ?? -1))

/** The same for an attempt however often it is asked, where its delivery named a draw. */
export function lotOf(desk: JobDesk, { agreement: id, index, delivery }: Attempt): Lot {
  const { draws } = agreementOf(desk.state, id)
  const draw = delivery?.draw
  if (draws === null || delivery === null || draw === undefined)
    return { seed: randomHex(desk.services.randomBytes), drawn: null }
  const notes = desk.links.get(id)
  const chain = notes?.chain ?? drawChain(bytesOf(draws.secret), draws.count)
  if (notes) notes.chain = chain
  const value = chain.valueOf(draw)
  const commitment = commitmentOf({ index, ...delivery, outputs: delivery.outputs as never })
  return { seed: drawSeed({ value, agreementId: id, index, commitment }), drawn: { draw, value } }
}

const bytesOf = (hex: Hex): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, at) => Number.parseInt(hex.slice(2 + 2 * at, 4 + 2 * at), 16))
