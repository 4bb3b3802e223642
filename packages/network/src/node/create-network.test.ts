import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { networkCompliance } from '@golem/ports/compliance'
import { newPrivateKey, signerFromKey } from '@golem/protocol'
import { expect, it } from 'vitest'
import { addressOf, testGrid } from '../../test/grid.ts'

networkCompliance('libp2p over TCP', async () => {
  const grid = testGrid()
  return { join: () => grid.join(), remove: () => grid.stop() }
})

it('is the owner of its key on the grid as on the chain', async () => {
  const grid = testGrid()
  const privateKey = newPrivateKey()
  const network = await grid.join({}, { privateKey })
  expect(network.self.address).toBe(signerFromKey(privateKey).address)
  expect(addressOf(network)).toMatch(new RegExp(`^/ip4/127.0.0.1/tcp/\\d+/p2p/${network.self.peerId}$`))
  await grid.stop()
})

it('does not take one peer for another at the same address', async () => {
  const grid = testGrid()
  const [real, other, caller] = [await grid.join(), await grid.join(), await grid.join()]
  const [place] = addressOf(real).split('/p2p/')
  const wrong = `${place}/p2p/${other.self.peerId}`
  const reached = caller.connect(wrong)
  await expect(reached).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' })
  await expect(reached).rejects.toThrow('another peer answered at its address')
  await grid.stop()
})

it('says in our words what is wrong with its settings', async () => {
  const grid = testGrid()
  const first = await grid.join()
  const [taken] = addressOf(first).split('/p2p/')
  await expect(grid.join({ listen: [taken ?? ''] })).rejects.toMatchObject({ code: 'LISTEN_FAILED' })
  await expect(grid.join({ bootstrap: ['grid.example.org'] })).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' })
  await expect(grid.join({}, { privateKey: new Uint8Array(32) })).rejects.toMatchObject({ code: 'KEY_INVALID' })
  await grid.stop()
})

it('leaves nothing running behind once it is stopped', async () => {
  const script = `
    const { createNetwork, DEV_LISTEN } = await import('./create-network.ts')
    const { newPrivateKey } = await import('@golem/protocol')
    const listen = [...DEV_LISTEN, '/ip4/127.0.0.1/tcp/0/ws', '/ip4/127.0.0.1/udp/0/webrtc-direct']
    const join = (bootstrap) => createNetwork({ privateKey: newPrivateKey() }, { listen, bootstrap, mdns: false })
    const hub = await join([])
    const node = await join(['/ip4/127.0.0.1/tcp/1'])
    await node.connect(hub.contact().addresses.find((address) => address.includes('webrtc')))
    await node.connect(hub.contact().addresses.find((address) => address.includes('/ws')))
    hub.handle('/golem/echo/1.0.0', { maxMessageBytes: 10 }, async (channel) => {
      for await (const message of channel.messages) await channel.send(message)
    })
    const channel = await node.open(hub.contact(), '/golem/echo/1.0.0', { maxMessageBytes: 10 })
    await channel.send(new Uint8Array(1))
    await node.stop()
    await hub.stop()
    process.stdout.write('stopped')
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { cwd: import.meta.dirname })
  let output = ''
  let stoppedAtMs = Number.POSITIVE_INFINITY
  child.stdout.on('data', (bytes: Buffer) => {
    output += bytes.toString()
    stoppedAtMs = performance.now()
  })
  child.stderr.on('data', (bytes: Buffer) => {
    output += bytes.toString()
  })
  const [code] = await once(child, 'exit')
  expect([code, output]).toEqual([0, 'stopped'])
  expect(performance.now() - stoppedAtMs).toBeLessThan(10_000)
})
