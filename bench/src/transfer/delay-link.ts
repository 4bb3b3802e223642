/**
 * A link with a delay, for one TCP server: `node delay-link.ts PORT ONE_WAY_MS WINDOW_BYTES`; prints its own port. The
 * kernel's `tc netem` is not everywhere. What is on its way is bounded as a sender's socket bounds it, per direction.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

const [target = 0, oneWayMs = 0, windowBytes = 0] = process.argv.slice(2).map(Number)

/** The window opens again one way later, when the acknowledgement is back. */
function carry(from: Socket, to: Socket): void {
  let onTheWay = 0
  const resume = (): void => {
    if (onTheWay < windowBytes) from.resume()
  }
  from.on('data', (bytes: Buffer) => {
    onTheWay += bytes.length
    if (onTheWay >= windowBytes) from.pause()
    setTimeout(() => {
      if (to.destroyed) return
      to.write(bytes, () =>
        setTimeout(() => {
          onTheWay -= bytes.length
          resume()
        }, oneWayMs),
      )
    }, oneWayMs)
  })
  from.on('end', () => setTimeout(() => to.end(), oneWayMs))
  from.on('error', () => to.destroy())
  from.on('close', () => setTimeout(() => to.destroy(), 2 * oneWayMs))
}

const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
  const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  carry(near, far)
  carry(far, near)
}).listen(0, '127.0.0.1')
await once(server, 'listening')
process.send?.({ port: (server.address() as AddressInfo).port })
process.once('disconnect', () => process.exit())
