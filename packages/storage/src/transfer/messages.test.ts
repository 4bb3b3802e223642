import { CID } from 'multiformats/cid'
import { sha256, sha512 } from 'multiformats/hashes/sha2'
import { expect, it } from 'vitest'
import { forge, mapBlocks } from '../../test/map-blocks.ts'
import { WANT_BLOCKS } from '../limits.ts'
import { decodeAnswer, decodeWant, encodeAnswer, encodeWant, MAX_WANT_BYTES } from './messages.ts'

const make = forge(mapBlocks())

it('says what it was told, byte for byte as documented', async () => {
  const [a, b] = [await make.leaf('a'), await make.folder([])]
  const want = encodeWant([a, b])
  expect(Buffer.from(want).toString('hex')).toBe(
    `01${[a, b].map((cid) => Buffer.from(cid.bytes).toString('hex')).join('')}`,
  )
  expect(decodeWant(want)?.map(String)).toEqual([a, b].map(String))
  for (const answer of [
    { type: 'block', cid: a, bytes: new Uint8Array(Buffer.from('a')) },
    { type: 'block', cid: b, bytes: new Uint8Array() },
    { type: 'missing', cid: b },
    { type: 'done' },
    { type: 'busy' },
  ] as const) {
    const decoded = decodeAnswer(encodeAnswer(answer))
    expect(decoded).toMatchObject({ type: answer.type })
    if (decoded !== null && 'cid' in decoded && 'cid' in answer)
      expect(decoded.cid.toString()).toBe(answer.cid.toString())
    if (decoded?.type === 'block' && answer.type === 'block') expect([...decoded.bytes]).toEqual([...answer.bytes])
  }
})

it('reads no nonsense: other kinds, cut or foreign CIDs, too many, too much', async () => {
  const a = await make.leaf('a')
  const other = CID.createV1(0x55, await sha512.digest(Buffer.from('a')))
  const v0 = CID.createV0((await sha256.digest(Buffer.from('a'))) as Parameters<typeof CID.createV0>[0])
  const many = Array.from({ length: WANT_BLOCKS + 1 }, () => a)
  for (const bytes of [
    [],
    [1],
    [9],
    [1, ...a.bytes.slice(1)],
    [1, ...other.bytes],
    [1, ...v0.bytes],
    [2, ...a.bytes],
  ]) {
    expect(decodeWant(Uint8Array.from(bytes)), `${bytes}`).toBeNull()
  }
  expect(decodeWant(encodeWant(many))).toBeNull()
  expect(decodeWant(encodeWant(many.slice(1)))).toHaveLength(WANT_BLOCKS)
  expect(encodeWant(many.slice(1))).toHaveLength(MAX_WANT_BYTES)
  for (const bytes of [
    [],
    [0],
    [4, 0],
    [5, 0],
    [2],
    [2, 1, 2],
    [3, ...a.bytes, 0],
    [1, ...a.bytes],
    [2, ...v0.bytes],
  ]) {
    expect(decodeAnswer(Uint8Array.from(bytes)), `${bytes}`).toBeNull()
  }
})
