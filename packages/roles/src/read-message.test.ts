import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readMessage } from './read-message.ts'

const schema = z.strictObject({ result: z.json() })
const read = (text: string) => readMessage(schema, new TextEncoder().encode(text))
const nested = (depth: number) => `{"result":${'['.repeat(depth)}${']'.repeat(depth)}}`

describe('readMessage', () => {
  it('reads what fits the schema', () => {
    expect(read('{"result":[1,"[[[",{"a":null}]}')).toEqual({ result: [1, '[[[', { a: null }] })
    expect(() => read(nested(99))).not.toThrow()
  })

  it.each([
    ['no JSON', '{', /it is no JSON/],
    ['another shape', '{"other":1}', /malformed: .+/],
    ['a hundred levels', nested(100), /nested more than 100 levels/],
    ['ten thousand levels', nested(10_000), /nested more than 100 levels/],
  ])('refuses %s, and blames the peer', (_what, text, message) => {
    const refusal = { code: 'MESSAGE_INVALID', peerPolicy: 'penalise', message: expect.stringMatching(message) }
    expect(() => read(text)).toThrow(expect.objectContaining(refusal))
  })

  it('refuses bytes that are no text', () => {
    expect(() => readMessage(schema, Uint8Array.of(0x22, 0xff, 0x22))).toThrow(/no JSON/)
  })

  it('looks at the largest message in no time', () => {
    const text = `{"result":"${'\\"'.repeat(120_000)}"}`
    const beganMs = performance.now()
    read(text)
    expect(performance.now() - beganMs).toBeLessThan(500)
  })
})
