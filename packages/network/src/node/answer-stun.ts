import { isIPv4 } from 'node:net'

const HEADER_BYTES = 20
const MAX_REQUEST_BYTES = 548
const BINDING_REQUEST = 0x0001
const BINDING_RESPONSE = 0x0101
const MAGIC_COOKIE = 0x2112a442
const XOR_MAPPED_ADDRESS = 0x0020
const IPV4_FAMILY = 1

/**
 * The answer to a STUN binding request: the address that it came from. Null for everything else, and for IPv6, which no
 * router rewrites.
 *
 * The answer has at most 12 bytes more than the request, so that it is no use for flooding a third party.
 *
 * Source: RFC 8489, sections 5, 14 and 14.2
 */
export function answerStun(request: Uint8Array, from: { address: string; port: number }): Uint8Array | null {
  if (request.length < HEADER_BYTES || request.length > MAX_REQUEST_BYTES || !isIPv4(from.address)) return null
  const asked = new DataView(request.buffer, request.byteOffset, request.byteLength)
  const isBinding = asked.getUint16(0) === BINDING_REQUEST && asked.getUint32(4) === MAGIC_COOKIE
  if (!isBinding || asked.getUint16(2) !== request.length - HEADER_BYTES) return null
  const response = new Uint8Array(HEADER_BYTES + 12)
  const view = new DataView(response.buffer)
  view.setUint16(0, BINDING_RESPONSE)
  view.setUint16(2, 12)
  response.set(request.subarray(4, HEADER_BYTES), 4)
  view.setUint16(20, XOR_MAPPED_ADDRESS)
  view.setUint16(22, 8)
  view.setUint16(24, IPV4_FAMILY)
  view.setUint16(26, from.port ^ (MAGIC_COOKIE >>> 16))
  const host = from.address.split('.').reduce((sum, digit) => sum * 256 + Number(digit), 0)
  view.setUint32(28, (host ^ MAGIC_COOKIE) >>> 0)
  return response
}
