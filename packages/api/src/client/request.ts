import { type Endpoint, type EndpointSource, resolveEndpoint } from './endpoint.ts'
import { errorOf, unreachable } from './errors.ts'
import { pause } from './pause.ts'

export type Call = {
  method: 'GET' | 'POST'
  path: string
  body?: unknown
  headers?: Record<string, string>
  signal: AbortSignal
}

/** A daemon that was restarted listens where it did before, and a moment later tells its new token: for so long it is looked for. */
const NEW_TOKEN_WITHIN_MS = 5_000
const LOOK_MS = 50

/**
 * One request to the daemon; resolves with an answer that says yes.
 *
 * @throws {GolemError} `API_UNREACHABLE`, or what the daemon answered
 * @throws the signal's reason when aborted first
 */
export async function request(source: EndpointSource, call: Call): Promise<Response> {
  const endpoint = await resolveEndpoint(source)
  if (endpoint === null) throw unreachable()
  let response = await send(endpoint, call)
  if (response.status === 401) {
    const next = await renewed(source, endpoint, call.signal)
    if (next !== null) response = await send(next, call)
  }
  if (!response.ok) throw await errorOf(response)
  return response
}

async function send(endpoint: Endpoint, { method, path, body, headers, signal }: Call): Promise<Response> {
  try {
    return await fetch(new URL(path, endpoint.url), {
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
}

/** null where the token stays as it is. */
async function renewed(source: EndpointSource, { token }: Endpoint, signal: AbortSignal): Promise<Endpoint | null> {
  if (typeof source !== 'function') return null
  for (const untilMs = Date.now() + NEW_TOKEN_WITHIN_MS; Date.now() < untilMs; await pause(LOOK_MS, signal)) {
    const endpoint = await source()
    if (endpoint !== null && endpoint.token !== token) return endpoint
  }
  return null
}
