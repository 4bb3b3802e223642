import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFields, encodeFields, type Field } from './protobuf.ts'
import {
  decodeHopRequest,
  decodeStopStatus,
  encodeHopStatus,
  encodeStopConnect,
  RELAY_STATUS,
} from './relay-messages.ts'

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

describe('messages of the relay protocol', () => {
  it('are read as the specification writes them', () => {
    expect(decodeHopRequest(hex('08 00'))).toEqual({ type: 'reserve' })
    expect(decodeHopRequest(hex('08 01 12 05 0a 03 01 02 03'))).toEqual({ type: 'connect', target: hex('010203') })
    expect(decodeStopStatus(hex('08 01 20 64'))).toBe(true)
    expect(decodeStopStatus(hex('08 01 20 cb 01'))).toBe(false)
  })

  it('are written as the specification writes them', () => {
    expect(encodeHopStatus(RELAY_STATUS.noReservation)).toEqual(hex('08 02 28 cc 01'))
    expect(encodeHopStatus(RELAY_STATUS.ok, { expiresAtS: 300n, addresses: [hex('0401')] })).toEqual(
      hex('08 02 1a 07 08 ac 02 12 02 04 01 28 64'),
    )
    expect(encodeStopConnect(hex('0a0b'))).toEqual(hex('08 00 12 04 0a 02 0a 0b'))
  })

  it.each(['', '08 02', '08 01', '08 01 12 00', '08 01 12 05', '08', '0f', 'ffffffffffffffffffffff'])(
    'are refused as %j',
    (text) =>
      expect(() => decodeHopRequest(hex(text))).toThrow(expect.objectContaining({ code: 'RELAY_MESSAGE_INVALID' })),
  )

  it('carry any fields there and back, and skip those of other kinds', () => {
    const field = fc.tuple(
      fc.integer({ min: 1, max: 1_000 }),
      fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 63n }), fc.uint8Array({ maxLength: 300 })),
    )
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        expect(decodeFields(encodeFields(fields as Field[]))).toEqual(fields)
      }),
    )
    expect(decodeFields(hex('09 0102030405060708 15 01020304 08 05'))).toEqual([[1, 5n]])
  })
})
