import { transactionSender } from '@golem/chain'
import type { Channel, Network } from '@golem/ports'
import {
  type Address,
  GolemError,
  GRID_CHAIN_MESSAGE_BYTES,
  GRID_CHAIN_METHODS,
  GRID_CHAIN_PROTOCOL,
  GRID_FAUCET_METHOD,
  type GridChainAnswer,
  type GridChainRequest,
  gridChainRequest,
} from '@golem/protocol'
import { CALL_TIMEOUT_MS, FAUCET_PAUSE_MS, MAX_GIFTS, STREAMS_PER_MEMBER } from './limits.ts'

export type GridChainComponents = {
  network: Pick<Network, 'handle'>
  /** The development chain, on loopback; its node holds the keys of accounts that own everything. */
  rpcUrl: string
  /** Fills a wallet up to what a new one has. */
  fill(member: Address): Promise<void>
  logger: { warn(data: object, text: string): void }
  now(): number
}

/**
 * Serves the grid's chain to its members: reading, and what they signed themselves. Who is not in the grid cannot even
 * connect; who is cannot act with the keys of the chain's node, nor change its time or balances.
 *
 * @returns what ends it
 */
export function serveGridChain({ network, rpcUrl, fill, logger, now }: GridChainComponents): () => void {
  const streams = new Map<Address, number>()
  const gifts = new Map<Address, number>()
  let owners: Promise<ReadonlySet<string>> | null = null

  /** Their keys are in anvil's manual: what they sign may be anybody's. */
  const accountsOfNode = async (): Promise<ReadonlySet<string>> => {
    owners ??= ask(rpcUrl, { id: 0, method: 'eth_accounts', params: [] }).then((answer) => {
      if (!('result' in answer) || !Array.isArray(answer.result)) throw new Error('the chain names no accounts')
      return new Set(answer.result.map((each) => String(each).toLowerCase()))
    })
    return owners.catch((error: unknown) => {
      owners = null
      throw error
    })
  }

  const give = async ({ id }: GridChainRequest, member: Address): Promise<GridChainAnswer> => {
    const last = gifts.get(member)
    if (last !== undefined && now() - last < FAUCET_PAUSE_MS) return refuse(id, 'The faucet gives once in a minute.')
    gifts.delete(member)
    gifts.set(member, now())
    for (const oldest of gifts.keys()) {
      if (gifts.size <= MAX_GIFTS) break
      gifts.delete(oldest)
    }
    await fill(member)
    return { id, result: true }
  }

  const answer = async (request: GridChainRequest, member: Address): Promise<GridChainAnswer> => {
    const { id, method, params } = request
    if (method === GRID_FAUCET_METHOD) return give(request, member)
    if (!GRID_CHAIN_METHODS.has(method)) return refuse(id, `${method} is nothing that a grid's members may ask.`)
    if (method === 'eth_sendRawTransaction') {
      const sender = await transactionSender(String(params[0]))
      if (sender === null) return refuse(id, 'This is no signed transaction.')
      if ((await accountsOfNode()).has(sender)) return refuse(id, 'This account is the faucet’s alone.')
    }
    return ask(rpcUrl, request)
  }

  const serve = async (channel: Channel): Promise<void> => {
    const member = channel.peer.address
    for await (const raw of channel.messages) {
      const request = gridChainRequest.safeParse(parse(raw))
      if (!request.success) {
        logger.warn({ peer: member }, 'a member of the grid sent what is no question to the chain')
        return channel.abort()
      }
      const told = await answer(request.data, member).catch((error: unknown) => {
        logger.warn({ peer: member, method: request.data.method, error: String(error) }, 'the chain did not answer')
        return refuse(request.data.id, 'The chain does not answer its host.')
      })
      await channel.send(new TextEncoder().encode(JSON.stringify(told)))
    }
  }

  return network.handle(GRID_CHAIN_PROTOCOL, { maxMessageBytes: GRID_CHAIN_MESSAGE_BYTES }, async (channel) => {
    const { address } = channel.peer
    const open = streams.get(address) ?? 0
    if (open >= STREAMS_PER_MEMBER) return channel.abort()
    streams.set(address, open + 1)
    try {
      await serve(channel)
    } finally {
      const left = (streams.get(address) ?? 1) - 1
      if (left === 0) streams.delete(address)
      else streams.set(address, left)
    }
  })
}

/** As Ethereum's JSON-RPC has it: a transaction that is rejected (EIP-1474). */
const REJECTED = -32_003
const refuse = (id: number, message: string): GridChainAnswer => ({ id, error: { code: REJECTED, message } })

/** @throws where the chain does not answer */
async function ask(rpcUrl: string, { id, method, params }: GridChainRequest): Promise<GridChainAnswer> {
  const response = await fetch(rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
  })
  const body = (await response.json()) as {
    result?: unknown
    error?: { code: number; message: string; data?: unknown }
  }
  if (body.error !== undefined) return { id, error: body.error }
  if (!('result' in body)) throw new GolemError({ code: 'CHAIN_UNREACHABLE', message: 'The chain answered nothing.' })
  return { id, result: body.result }
}

function parse(raw: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw))
  } catch {
    return null
  }
}
