import type { Network } from '@golem/ports'
import { afterEach, describe, expect, it } from 'vitest'
import { addressOf, testGrid } from '../test/grid.ts'

const PROTOCOL = '/golem/transports-test/1.0.0'
const options = { maxMessageBytes: 1024 * 1024 }

const grid = testGrid()
afterEach(() => grid.stop())

/** What comes back of a megabyte that is sent to an echo. */
async function echoed(near: Network, far: Network): Promise<number> {
  far.handle(PROTOCOL, options, async (channel) => {
    for await (const message of channel.messages) await channel.send(message)
  })
  const channel = await near.open({ peerId: far.self.peerId, addresses: [] }, PROTOCOL, options)
  await channel.send(new Uint8Array(options.maxMessageBytes))
  await channel.close()
  let received = 0
  for await (const message of channel.messages) received += message.length
  return received
}

describe.each([
  ['TCP', '/ip4/127.0.0.1/tcp/0', /\/tcp\/\d+\/p2p\//],
  ['WebSocket', '/ip4/127.0.0.1/tcp/0/ws', /\/tcp\/\d+\/ws\/p2p\//],
  ['WebRTC', '/ip4/127.0.0.1/udp/0/webrtc-direct', /\/udp\/\d+\/webrtc-direct\/certhash\/[\w-]+\/p2p\//],
])('over %s', (_, listen, address) => {
  it('two peers prove who they are, and talk', async () => {
    const far = await grid.join({ listen: [listen] })
    const near = await grid.join({ listen: [] })
    expect(addressOf(far)).toMatch(address)
    expect(await near.connect(addressOf(far))).toEqual(far.self)
    expect(await echoed(near, far)).toBe(options.maxMessageBytes)
    expect(far.peers()).toEqual([near.self])
  })

  it('nobody is taken for another at the same address', async () => {
    const [far, other] = [await grid.join({ listen: [listen] }), await grid.join({ listen: [] })]
    const near = await grid.join({ listen: [] })
    const wrong = addressOf(far).replace(far.self.peerId, other.self.peerId)
    await expect(near.connect(wrong)).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' })
    expect(near.peers()).toEqual([])
  })
})

describe('a private grid', () => {
  const psk = new Uint8Array(32).fill(7)

  it.each(['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws'])(
    'lets those who have its key in by %s',
    async (listen) => {
      const far = await grid.join({ listen: [listen], psk })
      const near = await grid.join({ listen: [], psk })
      expect(await near.connect(addressOf(far))).toEqual(far.self)
      expect(await echoed(near, far)).toBe(options.maxMessageBytes)
    },
  )

  it.each([
    ['no key', {}],
    ['another key', { psk: new Uint8Array(32).fill(8) }],
  ])('keeps out who has %s, whoever dials', async (_, settings) => {
    const inside = await grid.join({ psk })
    const outside = await grid.join(settings)
    const knock = (from: Network, to: Network) =>
      from.connect(addressOf(to), { signal: AbortSignal.timeout(3_000) }).catch((error: unknown) => error)
    expect(await knock(outside, inside)).toBeInstanceOf(Error)
    expect(await knock(inside, outside)).toBeInstanceOf(Error)
    expect([inside.peers(), outside.peers()]).toEqual([[], []])
  })

  it('does not listen where its key would not be asked for', async () => {
    const listening = grid.join({ listen: ['/ip4/127.0.0.1/udp/0/webrtc-direct'], psk })
    await expect(listening).rejects.toMatchObject({ code: 'LISTEN_FAILED' })
  })

  it('refuses a key of another length', async () => {
    await expect(grid.join({ psk: new Uint8Array(16) })).rejects.toMatchObject({ code: 'PSK_INVALID' })
  })
})
