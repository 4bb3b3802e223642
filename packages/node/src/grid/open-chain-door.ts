import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { GRID_CHAIN_MESSAGE_BYTES } from '@golem/protocol'
import { z } from 'zod'
import type { GridChainLink } from './reach-grid-chain.ts'

const question = z.object({
  id: z.union([z.int(), z.string()]),
  method: z.string(),
  params: z.array(z.unknown()).default([]),
})

/** The grid's chain as an address that a client of any chain can use: on loopback, and known to this process alone. */
export type ChainDoor = { rpcUrl: string; close(): Promise<void> }

export async function openChainDoor(link: Pick<GridChainLink, 'call'>): Promise<ChainDoor> {
  // No page and no other user of this machine finds it.
  const path = `/${randomBytes(16).toString('hex')}`
  const server = createServer(async (request, response) => {
    const end = (status: number, body: object = {}) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    try {
      if (request.method !== 'POST' || request.url !== path) return end(404)
      if (Number(request.headers['content-length'] ?? Number.NaN) > GRID_CHAIN_MESSAGE_BYTES) return end(413)
      const asked = question.safeParse(JSON.parse(await text(request)))
      if (!asked.success) return end(400)
      const { id, method, params } = asked.data
      return end(200, { jsonrpc: '2.0', id, ...(await link.call(method, params)) })
    } catch {
      // Whoever asked tries again, and tells that the chain does not answer.
      return end(503)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    rpcUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
