import { GolemError } from '@golem/protocol'
import { decodeFields, encodeFields, type Field } from './protobuf.ts'

/** Source: github.com/libp2p/specs/blob/master/relay/circuit-v2.md */
export const HOP_PROTOCOL = '/libp2p/circuit/relay/0.2.0/hop'
export const STOP_PROTOCOL = '/libp2p/circuit/relay/0.2.0/stop'

export const RELAY_STATUS = {
  ok: 100,
  reservationRefused: 200,
  resourceLimitExceeded: 201,
  permissionDenied: 202,
  connectionFailed: 203,
  noReservation: 204,
  malformedMessage: 400,
} as const
export type RelayStatus = (typeof RELAY_STATUS)[keyof typeof RELAY_STATUS]

/** What a relay is asked for: to be reachable through it, or to be joined with a peer that is. */
export type HopRequest = { type: 'reserve' } | { type: 'connect' /** A multihash. */; target: Uint8Array }

const HOP = { reserve: 0n, connect: 1n, status: 2n } as const
const STOP = { connect: 0n, status: 1n } as const
const TYPE = 1
const PEER = 2
const RESERVATION = 3
const HOP_STATUS = 5
const STOP_STATUS = 4
const PEER_ID = 1
const RESERVATION_EXPIRE = 1
const RESERVATION_ADDRESS = 2

/** @throws {GolemError} `RELAY_MESSAGE_INVALID` */
export function decodeHopRequest(bytes: Uint8Array): HopRequest {
  const fields = decodeFields(bytes)
  const type = numberAt(fields, TYPE)
  if (type === HOP.reserve) return { type: 'reserve' }
  const peer = bytesAt(fields, PEER)
  const target = peer === null ? null : bytesAt(decodeFields(peer), PEER_ID)
  if (type === HOP.connect && target !== null) return { type: 'connect', target }
  throw new GolemError({
    code: 'RELAY_MESSAGE_INVALID',
    message: 'The peer asked a relay for what it does not know.',
    peerPolicy: 'penalise',
  })
}

/** @param reservation only of a granted one: when it ends, and where the relay is reached */
export function encodeHopStatus(
  status: RelayStatus,
  reservation?: { expiresAtS: bigint; addresses: readonly Uint8Array[] },
): Uint8Array {
  const fields: Field[] = [[TYPE, HOP.status]]
  if (reservation !== undefined) {
    const addresses = reservation.addresses.map((address): Field => [RESERVATION_ADDRESS, address])
    fields.push([RESERVATION, encodeFields([[RESERVATION_EXPIRE, reservation.expiresAtS], ...addresses])])
  }
  fields.push([HOP_STATUS, BigInt(status)])
  return encodeFields(fields)
}

/** Asks the reserved peer to take a stream of `source`, a multihash. */
export const encodeStopConnect = (source: Uint8Array): Uint8Array =>
  encodeFields([
    [TYPE, STOP.connect],
    [PEER, encodeFields([[PEER_ID, source]])],
  ])

/** Whether the reserved peer takes it. @throws {GolemError} `RELAY_MESSAGE_INVALID` */
export function decodeStopStatus(bytes: Uint8Array): boolean {
  const fields = decodeFields(bytes)
  return numberAt(fields, TYPE) === STOP.status && numberAt(fields, STOP_STATUS) === BigInt(RELAY_STATUS.ok)
}

const numberAt = (fields: readonly Field[], tag: number): bigint | null => {
  const value = fields.findLast((field) => field[0] === tag)?.[1]
  return typeof value === 'bigint' ? value : null
}
const bytesAt = (fields: readonly Field[], tag: number): Uint8Array | null => {
  const value = fields.findLast((field) => field[0] === tag)?.[1]
  return value instanceof Uint8Array ? value : null
}
