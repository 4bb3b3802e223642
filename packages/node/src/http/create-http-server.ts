import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { GolemError } from '@golem/protocol'
import { getRequestListener } from '@hono/node-server'
import type { Pages } from '../app/read-pages.ts'
import type { Sessions } from '../app/sessions.ts'
import type { HttpLogger } from './answer-error.ts'
import { createHttpApp } from './create-http-app.ts'
import type { DaemonApi } from './daemon-api.ts'

/** Watchers hold a connection each; more than these are refused. */
const CONNECTION_LIMIT = 256
/** Answers under way get this long when the server stops. */
const GRACE_MS = 2_000
/** A file of gigabytes is on its way for long. */
const REQUEST_MS = 6 * 3_600_000

export type HttpServerComponents = {
  daemon: DaemonApi
  /** The bearer token: 32 random bytes in hex, new with every start. */
  token: string
  /** The browsers that were let in. */
  sessions: Sessions
  logger: HttpLogger
}
export type HttpServerOptions = {
  /** 0 picks a free one. */
  port: number
  /** The Golem App, as it was built. Default: none. */
  pages?: Pages
  /** Of the daemon, for the OpenAPI document. */
  version: string
}
export type HttpServer = {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** Ends live streams, lets answers under way finish, and closes. Idempotent. */
  stop(): Promise<void>
}

/**
 * Serves a daemon on loopback, and there only.
 *
 * @throws {GolemError} `PORT_TAKEN`
 */
export async function createHttpServer(
  { daemon, token, sessions, logger }: HttpServerComponents,
  options: HttpServerOptions,
): Promise<HttpServer> {
  const stopping = new AbortController()
  let port = options.port
  const app = createHttpApp(
    { daemon, logger },
    {
      token,
      sessions,
      port: () => port,
      version: options.version,
      pages: options.pages ?? new Map(),
      stopped: stopping.signal,
    },
  )
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
  server.maxConnections = CONNECTION_LIMIT
  server.requestTimeout = REQUEST_MS
  const unused = trackUnused(server, stopping.signal)
  server.listen(options.port, '127.0.0.1')
  await once(server, 'listening').catch((cause: unknown) => {
    throw new GolemError({
      code: 'PORT_TAKEN',
      message: `Port ${options.port} of 127.0.0.1 cannot be listened on.`,
      remedy: 'Stop the program that uses it, or choose another port.',
      cause,
    })
  })
  port = (server.address() as AddressInfo).port

  let stopped: Promise<void> | undefined
  const stop = async () => {
    stopping.abort()
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of unused) socket.destroy()
    const late = setTimeout(() => server.closeAllConnections(), GRACE_MS)
    await closed
    clearTimeout(late)
  }
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}

/**
 * Connections without a request under way; once `stopping`, one whose answer is finished is closed. Node's own
 * `closeIdleConnections` leaves those open on which nothing was ever asked, and clients open such in advance.
 */
function trackUnused(server: Server, stopping: AbortSignal): ReadonlySet<Socket> {
  const unused = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  server.on('request', ({ socket }, response) => {
    unused.delete(socket)
    response.once('close', () => {
      if (stopping.aborted) socket.destroySoon()
      else if (!socket.destroyed) unused.add(socket)
    })
  })
  return unused
}
