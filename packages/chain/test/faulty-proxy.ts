import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

export type RpcCall = { id: number; method: string; params: unknown[] }

/**
 * What happens to one call: it goes through (late, perhaps), breaks off before or after it went through, is never
 * answered, or is answered by something else.
 */
export type Fate =
  | 'pass'
  | 'drop-before'
  | 'drop-after'
  | 'hang'
  | { delayMs: number }
  | { result: unknown }
  | { error: object }

export type FaultyProxy = {
  rpcUrl: string
  /** Every call that came, in order. */
  calls: RpcCall[]
  /** Decides each call's fate from now on. */
  decide(fateOf: (call: RpcCall) => Fate): void
  stop(): Promise<void>
}

/** Stands between a client and a real chain, and misbehaves on demand. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const calls: RpcCall[] = []
  let fateOf: (call: RpcCall) => Fate = () => 'pass'

  const answer = (response: ServerResponse, body: string) => {
    response.setHeader('content-type', 'application/json')
    response.end(body)
  }
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const call = JSON.parse(body) as RpcCall
    calls.push(call)
    const fate = fateOf(call)
    if (fate === 'hang') return
    if (fate === 'drop-before') return request.socket.destroy()
    if (typeof fate === 'object' && 'delayMs' in fate) await sleep(fate.delayMs)
    else if (typeof fate === 'object') return answer(response, JSON.stringify({ jsonrpc: '2.0', id: call.id, ...fate }))
    const passed = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const told = await passed.text()
    if (fate === 'drop-after') return request.socket.destroy()
    answer(response, told)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    rpcUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    decide: (next) => {
      fateOf = next
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
