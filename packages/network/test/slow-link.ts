import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP link through which bytes can be slowed down, or stopped without either end being told. */
export type SlowLink = {
  port: number
  /** Nothing passes any more; no end, no reset. */
  freeze(): void
  stop(): Promise<void>
}

export async function slowLink(target: { port: number }, options: { bytesPerTick: number }): Promise<SlowLink> {
  const sockets = new Set<Socket>()
  let frozen = false
  const server = createServer((near) => {
    const far = connect(target.port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
      from.pause()
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const pairs = (): [Socket, Socket][] => {
    const all = [...sockets]
    return all.flatMap((socket, index) => {
      const other = all[index % 2 === 0 ? index + 1 : index - 1]
      return other === undefined ? [] : [[socket, other] as [Socket, Socket]]
    })
  }
  const timer = setInterval(() => {
    if (frozen) return
    for (const [from, to] of pairs()) {
      const bytes: Buffer | null = from.read(Math.min(from.readableLength, options.bytesPerTick)) ?? null
      if (bytes !== null && !to.destroyed) to.write(bytes)
    }
  }, 10)
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    freeze() {
      frozen = true
    },
    async stop() {
      clearInterval(timer)
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
