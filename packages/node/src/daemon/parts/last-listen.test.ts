import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lastListen, rememberListen } from './last-listen.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'golem-listen-'))
})
afterEach(() => rm(home, { recursive: true }))

it('keeps the port of each way of listening', async () => {
  expect(await lastListen(home)).toBeNull()
  const asked = ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws', '/ip4/0.0.0.0/udp/0/webrtc-direct']
  await rememberListen(home, asked, [
    '/ip4/127.0.0.1/tcp/5002/ws',
    '/ip4/127.0.0.1/tcp/5001/p2p/16U',
    '/ip4/192.168.1.2/udp/5003/webrtc-direct/certhash/uEi',
  ])
  expect(await lastListen(home)).toEqual([
    '/ip4/0.0.0.0/tcp/5001',
    '/ip4/0.0.0.0/tcp/5002/ws',
    '/ip4/0.0.0.0/udp/5003/webrtc-direct',
  ])
})

it.each(['', '{', '[]', '[1]'])('begins anew where the file holds %j', async (text) => {
  await writeFile(join(home, 'listen.json'), text)
  expect(await lastListen(home)).toBeNull()
})
