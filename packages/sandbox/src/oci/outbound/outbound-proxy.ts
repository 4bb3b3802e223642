import { lookup } from 'node:dns/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type Server, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { pipeline } from 'node:stream'
import { isPublic } from './is-public.ts'

/** Connections of one program at once; what comes more is closed. */
const MAX_CONNECTIONS = 64
/** Of what a program says before its tunnel. */
const MAX_HEADER_BYTES = 8_192
const HEADER_TIMEOUT_MS = 10_000
/** Each address of a host gets so long. */
const DIAL_TIMEOUT_MS = 10_000
/** Addresses of a host that are tried. */
const MAX_ADDRESSES = 4
/** A tunnel through which nothing goes in either direction. */
const IDLE_MS = 120_000

/** What the proxy needs of the world. */
export type OutboundComponents = {
  /** All addresses of a name. */
  resolve(host: string): Promise<readonly string[]>
  dial(address: string, port: number): Socket
  /** This machine's own: public or not, nothing inside may talk to what runs here. */
  ownAddresses(): readonly string[]
}

export const realOutbound: OutboundComponents = {
  resolve: async (host) => (await lookup(host, { all: true, order: 'verbatim' })).map(({ address }) => address),
  dial: (address, port) => connect({ host: address, port }),
  ownAddresses: () => Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? []),
}

/** The one way out of one sandbox. */
export type OutboundProxy = {
  /** Answers on a socket that listens inside the sandbox's network, until `close`. */
  serve(door: Server): void
  /** Bytes that went through in all. */
  carried(): { inBytes: number; outBytes: number }
  /** Ends every tunnel. Idempotent. */
  close(): void
}

/**
 * Lets a program speak with the hosts that its manifest names, and with nobody else: an HTTP proxy that knows CONNECT alone.
 *
 * A name is resolved here, once, and what is dialled is an address that was looked at: one that is not public, or is this
 * machine's, is refused, whatever the name's owner answers at the next question. What a program says inside a tunnel
 * is between it and the host.
 *
 * @param options.hosts as `name:port`
 */
export function createOutboundProxy(
  components: OutboundComponents,
  { hosts }: { hosts: readonly string[] },
): OutboundProxy {
  const allowed = new Set(hosts)
  const sockets = new Set<Socket>()
  const outsides = new Set<Socket>()
  const gone = { inBytes: 0, outBytes: 0 }
  let door: Server | null = null
  let isClosed = false
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket))
    if (isClosed) socket.destroy()
  }
  const http = createServer({ maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADER_TIMEOUT_MS })
  http.on('request', (_request, response) => {
    const why = 'This proxy knows CONNECT alone.\n'
    response.writeHead(405, { connection: 'close', allow: 'CONNECT', 'content-length': why.length }).end(why)
  })
  http.on('connect', (request: IncomingMessage, inside: Socket, head: Buffer) => {
    void open(request.url ?? '', inside, head)
  })

  const open = async (target: string, inside: Socket, head: Buffer): Promise<void> => {
    try {
      if (!allowed.has(target)) return refuse(inside, 403, `${JSON.stringify(target)} is not among the named hosts.`)
      const colon = target.lastIndexOf(':')
      const found = await components.resolve(target.slice(0, colon)).catch(() => [])
      const [first] = found
      if (first === undefined) return refuse(inside, 502, 'The name is not known.')
      const own = new Set(components.ownAddresses())
      const unfit = found.find((address) => own.has(address) || !isPublic(address))
      if (unfit !== undefined) return refuse(inside, 403, `${unfit} is no address of the public internet.`)
      const outside = await dialOne(found.slice(0, MAX_ADDRESSES), Number(target.slice(colon + 1)))
      if (outside === null) return refuse(inside, 504, 'The host does not answer.')
      if (inside.destroyed || isClosed) return void outside.destroy()
      inside.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      outside.write(head)
      for (const socket of [inside, outside]) socket.setTimeout(IDLE_MS, () => socket.destroy())
      pipeline(inside, outside, ignore)
      pipeline(outside, inside, ignore)
    } catch {
      inside.destroy()
    }
  }

  const dialOne = async (addresses: readonly string[], port: number): Promise<Socket | null> => {
    for (const address of addresses) {
      if (isClosed) return null
      const socket = components.dial(address, port)
      keep(socket)
      outsides.add(socket)
      socket.once('close', () => {
        outsides.delete(socket)
        gone.inBytes += socket.bytesRead
        gone.outBytes += socket.bytesWritten
      })
      if (await isConnected(socket)) return socket
    }
    return null
  }

  return {
    serve: (server) => {
      door = server
      door.maxConnections = MAX_CONNECTIONS
      door.on('connection', (socket: Socket) => {
        keep(socket)
        http.emit('connection', socket)
      })
      if (isClosed) door.close()
    },
    carried: () => {
      const sum = { ...gone }
      for (const { bytesRead, bytesWritten } of outsides) {
        sum.inBytes += bytesRead
        sum.outBytes += bytesWritten
      }
      return sum
    },
    close: () => {
      if (isClosed) return
      isClosed = true
      door?.close()
      http.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function refuse(inside: Socket, status: number, why: string): void {
  inside.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-type: text/plain\r\n\r\n${why}\n`)
}

const isConnected = (socket: Socket): Promise<boolean> =>
  new Promise((resolve) => {
    socket.setTimeout(DIAL_TIMEOUT_MS, () => socket.destroy())
    socket.once('connect', () => resolve(true)).once('close', () => resolve(false))
  })

const ignore = (): void => {}
