import { GolemError } from '@golem/protocol'
import { z } from 'zod'

/**
 * "Dial me back at these addresses, and tell me what happened": the idea of libp2p's AutoNAT, whose answers neither say
 * why nor ever become a no in a grid of a few nodes. One JSON message each way.
 */
export const REACH_PROTOCOL = '/golem/reach/1.0.0'
export const REACH_BYTES = 4_096

const MAX_ADDRESSES = 4
const address = z.string().max(300)

const reachRequest = z.strictObject({ addresses: address.array().max(MAX_ADDRESSES) })
const reachAnswer = z.strictObject({
  /** The asker's host as the answerer sees it; null where a relay or a page stands between. */
  seen: z.string().max(50).nullable(),
  tries: z
    .strictObject({ address, reached: z.boolean(), why: z.string().max(120).nullable() })
    .array()
    .max(MAX_ADDRESSES),
})

/** Addresses to be dialled; only those of the asker's own host are. */
export type ReachRequest = z.infer<typeof reachRequest>
export type ReachAnswer = z.infer<typeof reachAnswer>

export const encodeReach = (message: ReachRequest | ReachAnswer): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(message))

/** @throws {GolemError} `REACH_INVALID` */
export const decodeReachRequest = (bytes: Uint8Array): ReachRequest => parse(reachRequest, bytes)
/** @throws {GolemError} `REACH_INVALID` */
export const decodeReachAnswer = (bytes: Uint8Array): ReachAnswer => parse(reachAnswer, bytes)

function parse<T>(schema: z.ZodType<T>, bytes: Uint8Array): T {
  try {
    return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch (cause) {
    throw new GolemError({
      code: 'REACH_INVALID',
      message: 'The peer spoke of addresses in a form that cannot be read.',
      peerPolicy: 'penalise',
      cause,
    })
  }
}
