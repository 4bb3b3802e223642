import { GolemError } from '@golem/protocol'

const TIMEOUT_MS = 5_000

export type JsonRpcOptions = { timeoutMs?: number; signal?: AbortSignal }

/**
 * One JSON-RPC call over HTTP. The keeper uses this alone, because loading a whole client library would double its start.
 *
 * @throws {GolemError} `CHAIN_UNREACHABLE`, `CHAIN_REVERTED` with the node's own words
 */
export async function jsonRpc<T>(
  rpcUrl: string,
  method: string,
  params: readonly unknown[] = [],
  { timeoutMs = TIMEOUT_MS, signal }: JsonRpcOptions = {},
): Promise<T> {
  const timeout = AbortSignal.timeout(timeoutMs)
  let body: { result?: T; error?: { message: string } }
  try {
    const response = await fetch(rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    body = (await response.json()) as typeof body
  } catch (cause) {
    signal?.throwIfAborted()
    throw new GolemError({
      code: 'CHAIN_UNREACHABLE',
      message: `The chain at ${rpcUrl} does not answer (${method}).`,
      remedy: 'Check that it runs.',
      cause,
    })
  }
  if (body.error) {
    throw new GolemError({ code: 'CHAIN_REVERTED', message: `The chain refused ${method}: ${body.error.message}.` })
  }
  return body.result as T
}
