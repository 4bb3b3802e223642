import type { Channel } from '@golem/ports'
import { afterEach, describe, expect, it } from 'vitest'
import { addressOf, testGrid } from '../../test/grid.ts'
import { askReach } from './ask-reach.ts'
import { REACH_PROTOCOL } from './reach-messages.ts'

const grid = testGrid()
afterEach(() => grid.stop())

const { signal } = new AbortController()
const bytes = (text: string) => new TextEncoder().encode(text)

async function connected() {
  const [answerer, asker] = [await grid.join(), await grid.join({ targetPeers: 1 })]
  await asker.connect(addressOf(answerer))
  return { answerer, asker }
}

describe('a peer that is asked to dial back', () => {
  it('tells where it sees the asker, and knocks at no door but its own', async () => {
    const { answerer, asker } = await connected()
    const elsewhere = await grid.join()
    const addresses = ['/ip4/192.0.2.1/tcp/1', elsewhere.contact().addresses[0]?.split('/p2p/')[0] ?? '', 'rubbish']
    const answer = await askReach(asker, answerer.self.peerId, { addresses, signal })
    expect(answer?.seen).toBe('127.0.0.1')
    expect(answer?.tries.map(({ reached, why }) => [reached, why])).toEqual(
      addresses.map(() => [false, 'that is not where you come from']),
    )
    expect(elsewhere.peers()).toEqual([])
  })

  it.each(['{', '[]', '{"addresses":[1]}', `{"addresses":${JSON.stringify(Array(9).fill('/ip4/1.2.3.4/tcp/1'))}}`])(
    'breaks off at %s',
    async (text) => {
      const { answerer, asker } = await connected()
      const channel = await asker.open(answerer.contact(), REACH_PROTOCOL, { maxMessageBytes: 4_096 })
      await channel.send(bytes(text))
      await expect(first(channel)).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
    },
  )

  it('answers the same peer only so often', async () => {
    const { answerer, asker } = await connected()
    const answers: unknown[] = []
    for (let count = 0; count < 6; count++) {
      answers.push(await askReach(asker, answerer.self.peerId, { addresses: [], signal }))
    }
    expect(answers.filter((answer) => answer === null).length).toBeGreaterThanOrEqual(1)
  })
})

async function first(channel: Channel): Promise<Uint8Array | null> {
  for await (const message of channel.messages) return message
  return null
}
