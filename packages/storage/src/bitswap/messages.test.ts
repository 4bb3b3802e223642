import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import { describe, expect, it } from 'vitest'
import { decodeWants, encodeBitswapAnswer } from './messages.ts'

const cid = CID.createV1(raw.code, await sha256.digest(Buffer.from('x')))
const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'))
const CID_HEX = Buffer.from(cid.bytes).toString('hex')

/** By hand, after the protocol's text: https://specs.ipfs.tech/bitswap-protocol/ */
const entry = (fields: string) => `0a${(38 + hex(fields).length).toString(16)}0a24${CID_HEX}${fields}`
const wantlist = (entries: string, after = '') => {
  const body = hex(entries + after)
  return Uint8Array.of(0x0a, body.length, ...body)
}
const read = (message: Uint8Array) => decodeWants(message, { maxWants: 100 })

describe('a message of wants', () => {
  it('asks for blocks, asks whether they are here, and takes it back', () => {
    expect(read(wantlist(entry('1001')))).toEqual({ full: false, wants: [{ type: 'block', cid, sendDontHave: false }] })
    expect(read(wantlist(entry('1001 2001 2801'), '1001'))).toEqual({
      full: true,
      wants: [{ type: 'have', cid, sendDontHave: true }],
    })
    expect(read(wantlist(entry('1801')))).toEqual({ full: false, wants: [{ type: 'cancel', cid }] })
  })

  it('may hold blocks and fields of later versions, which are skipped', () => {
    const blocks = hex('1a0612 04 01020304 2807 3a 01 00 45 00000000')
    expect(read(Uint8Array.of(...blocks, ...wantlist(entry('1001'))))?.wants).toHaveLength(1)
  })

  it('is refused with too many wants', () => {
    expect(decodeWants(wantlist(entry('1001') + entry('1001')), { maxWants: 2 })?.wants).toHaveLength(2)
    expect(decodeWants(wantlist(entry('1001') + entry('1001') + entry('1001')), { maxWants: 2 })).toBeNull()
  })

  it('is refused where it is cut or makes no sense, and never throws', () => {
    const message = wantlist(entry('1001 2001'))
    for (let end = 1; end < message.length; end++) expect(read(message.subarray(0, end)), `${end}`).toBeNull()
    expect(read(wantlist('0a021001'))).toBeNull()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        read(bytes)
      }),
      // A few bytes each, and all kinds of them: fifty times what is usual.
      { numRuns: 50 * (fc.readConfigureGlobal().numRuns ?? 100) },
    )
  })
})

it('an answer is written as the protocol says', () => {
  const answer = encodeBitswapAnswer({
    blocks: [{ cid, bytes: Uint8Array.of(7, 8) }],
    presences: [
      { cid, isHere: true },
      { cid, isHere: false },
    ],
  })
  const presence = (type: string) => `22280a24${CID_HEX}10${type}`
  expect(Buffer.from(answer).toString('hex')).toBe(`1a0a0a040155122012020708${presence('00')}${presence('01')}`)
})
