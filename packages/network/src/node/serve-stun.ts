import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { createRateLimit } from '../rate-limit.ts'
import { answerStun } from './answer-stun.ts'

/** Requests of one host; WebRTC sends a few for each connection. */
const REQUESTS = { perS: 10, burst: 50 } as const
const REMEMBERED_HOSTS = 4_096

/**
 * Tells peers how their router shows them, which is what they need to punch through it. Listens by UDP on the port on
 * which the node listens by TCP, so that whoever knows a relay knows where to ask.
 *
 * @returns what ends it, or null where the port is taken
 */
export async function serveStun({ host, port }: { host: string; port: number }): Promise<(() => void) | null> {
  const mayAsk = createRateLimit(REQUESTS, { maxKeys: REMEMBERED_HOSTS, now: () => performance.now() })
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  const answer = (request: Buffer, from: RemoteInfo): void => {
    const response = mayAsk(from.address) ? answerStun(request, from) : null
    if (response !== null) socket.send(response, from.port, from.address)
  }
  try {
    socket.bind(port, host)
    await once(socket, 'listening')
  } catch {
    return null
  }
  socket.on('message', answer).on('error', () => {})
  return () => socket.close()
}
