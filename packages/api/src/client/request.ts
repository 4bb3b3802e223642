import { type EndpointSource, resolveEndpoint } from './endpoint.ts'
import { errorOf, unreachable } from './errors.ts'

export type Call = {
  method: 'GET' | 'POST'
  path: string
  body?: unknown
  headers?: Record<string, string>
  signal: AbortSignal
}

/**
 * One request to the daemon; resolves with an answer that says yes.
 *
 * @throws {GolemError} `API_UNREACHABLE`, or what the daemon answered
 * @throws the signal's reason when aborted first
 */
export async function request(source: EndpointSource, { method, path, body, headers, signal }: Call) {
  const endpoint = await resolveEndpoint(source)
  if (endpoint === null) throw unreachable()
  let response: Response
  try {
    response = await fetch(new URL(path, endpoint.url), {
      method,
      headers: {
        ...(endpoint.token === null ? {} : { authorization: `Bearer ${endpoint.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    })
  } catch (cause) {
    signal.throwIfAborted()
    throw unreachable(cause)
  }
  if (!response.ok) throw await errorOf(response)
  return response
}
