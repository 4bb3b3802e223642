import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Channel } from '@golem/ports'
import { FUZZ_TIMEOUT_MS, fuzz } from '@golem/ports/compliance'
import { memoryGrid } from '@golem/ports/memory'
import {
  GRID_CHAIN_MESSAGE_BYTES,
  GRID_CHAIN_METHODS,
  GRID_CHAIN_PROTOCOL,
  newPrivateKey,
  signerFromKey,
} from '@golem/protocol'
import { expect, it } from 'vitest'
import { serveGridChain } from './serve-grid-chain.ts'

/** A transaction of nobody's. */
const SIGNED =
  '0x02f862018001018252089422222222222222222222222222222222222222220180c080a08304693f986c403db6004b5be81ec9be0fe61985' +
  '20ce9292fb2435032a4a35f0a04597586f85d2e98d907964cc7069b01418578ba45cbbc0e9be86292718ce3f18'

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

/** Answers every call, and keeps the methods that came this far. */
async function chainStandIn() {
  const methods = new Set<string>()
  const server = createServer(async (request, response) => {
    const { id, method } = JSON.parse(Buffer.concat(await Array.fromAsync(request)).toString())
    methods.add(method)
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: [] }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { methods, rpcUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

it(
  'the chain of a private grid bears what a member asks, and hears nothing that members may not ask',
  async () => {
    const chain = await chainStandIn()
    const net = memoryGrid()
    const join = () => net.join({ address: signerFromKey(newPrivateKey()).address })
    const [host, member] = [join(), join()]
    const { rpcUrl } = chain
    const components = { network: host, rpcUrl, fill: async () => {}, logger: { warn: () => {} }, now: Date.now }
    const stop = serveGridChain(components)
    const open = () => member.open(host.contact(), GRID_CHAIN_PROTOCOL, { maxMessageBytes: GRID_CHAIN_MESSAGE_BYTES })
    let channel: Channel | null = null
    let answers: AsyncIterator<Uint8Array> | null = null
    /** What comes back; null where the host hung up. */
    const ask = async (message: Uint8Array): Promise<string | null> => {
      try {
        channel ??= await open()
        answers ??= channel.messages[Symbol.asyncIterator]()
        await channel.send(message)
        const { value } = await answers.next()
        if (value !== undefined) return new TextDecoder().decode(value)
      } catch {
        // it hung up
      }
      channel?.abort()
      channel = answers = null
      return null
    }
    const samples = [
      { id: 1, method: 'eth_chainId', params: [] },
      { id: 2, method: 'eth_call', params: [{ to: `0x${'11'.repeat(20)}`, data: '0x01' }, 'latest'] },
      { id: 3, method: 'eth_sendRawTransaction', params: [SIGNED] },
      { id: 4, method: 'golem_faucet', params: [] },
      { id: 5, method: 'anvil_setBalance', params: [`0x${'11'.repeat(20)}`, '0x1'] },
    ]
    await fuzz(samples.map(bytesOf), async (message) => void (await ask(message)))
    // the host itself asks for the accounts, whose transactions it passes on for nobody
    expect([...chain.methods].filter((method) => !GRID_CHAIN_METHODS.has(method))).toEqual(['eth_accounts'])
    expect(await ask(bytesOf(samples[0]))).toBe('{"id":1,"result":[]}')
    stop()
    await chain.close()
  },
  FUZZ_TIMEOUT_MS,
)
