import { describe, expect, it } from 'vitest'
import { answerStun } from './answer-stun.ts'

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const ID = 'b7e7a701bc34d686fa87dfae'

describe('an answer by STUN', () => {
  it('is the one of the published vector', () => {
    // RFC 5769, section 2.2: 192.0.2.1, port 32853, as XOR-MAPPED-ADDRESS
    const answer = answerStun(bytes(`0001 0000 2112a442 ${ID}`), { address: '192.0.2.1', port: 32_853 })
    expect(answer).toEqual(bytes(`0101 000c 2112a442 ${ID} 0020 0008 0001 a147 e112a643`))
  })

  it.each([
    ['is cut', `0001 0000 2112a442 ${ID.slice(2)}`],
    ['says another length', `0001 0004 2112a442 ${ID}`],
    ['is no binding request', `0003 0000 2112a442 ${ID}`],
    ['has another cookie', `0001 0000 2112a443 ${ID}`],
    ['is empty', ''],
  ])('is not given to what %s', (_, request) => {
    expect(answerStun(bytes(request), { address: '192.0.2.1', port: 1 })).toBeNull()
  })

  it('is not given to what is too long, or came by IPv6', () => {
    const padded = `0001 0400 2112a442 ${ID} ${'00'.repeat(1024)}`
    expect(answerStun(bytes(padded), { address: '192.0.2.1', port: 1 })).toBeNull()
    expect(answerStun(bytes(`0001 0000 2112a442 ${ID}`), { address: '2001:db8::1', port: 1 })).toBeNull()
  })
})
