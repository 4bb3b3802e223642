import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

/** A Wayland compositor as far as it is asked: a registry with a seat and a notifier, spoken on the wire. */
export type Compositor = {
  /** Says to every client that nobody is there, or that somebody is again. */
  say(what: 'idle' | 'resumed'): void
  /** What clients asked to be told: after so many milliseconds. */
  readonly timeouts: readonly number[]
  stop(): Promise<void>
}

const REGISTRY_REQUEST = 1
const pad = (length: number) => Math.ceil(length / 4) * 4

function message(id: number, opcode: number, ...args: (number | string)[]): Buffer {
  const parts = args.map((arg) => {
    if (typeof arg === 'number') {
      const word = Buffer.alloc(4)
      word.writeUInt32LE(arg)
      return word
    }
    const text = Buffer.alloc(4 + pad(arg.length + 1))
    text.writeUInt32LE(arg.length + 1)
    text.write(arg, 4)
    return text
  })
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(8)
  head.writeUInt32LE(id)
  head.writeUInt32LE(((8 + body.length) << 16) | opcode, 4)
  return Buffer.concat([head, body])
}

/** @param notifier which of the two protocols it has */
export async function startCompositor(
  socketPath: string,
  notifier: 'ext_idle_notifier_v1' | 'org_kde_kwin_idle',
): Promise<Compositor> {
  const clients = new Set<Socket>()
  const notifications: { socket: Socket; id: number }[] = []
  const timeouts: number[] = []

  const server = createServer((socket) => {
    clients.add(socket)
    socket.on('close', () => clients.delete(socket)).on('error', () => undefined)
    const kinds = new Map<number, string>([[1, 'wl_display']])
    const answer = (id: number, opcode: number, body: Buffer): void => {
      const word = (at: number) => body.readUInt32LE(4 * at)
      const kind = kinds.get(id)
      if (kind === 'wl_display' && opcode === REGISTRY_REQUEST) {
        kinds.set(word(0), 'wl_registry')
        socket.write(message(word(0), 0, 1, 'wl_seat', 7))
        socket.write(message(word(0), 0, 2, notifier, 1))
      } else if (kind === 'wl_display') socket.write(message(word(0), 0, 0))
      else if (kind === 'wl_registry') {
        const length = word(1)
        const name = body.toString('utf8', 8, 8 + length - 1)
        kinds.set(body.readUInt32LE(8 + pad(length) + 4), name)
      } else if (kind === 'ext_idle_notifier_v1' && opcode === 1) {
        notifications.push({ socket, id: word(0) })
        timeouts.push(word(1))
      } else if (kind === 'org_kde_kwin_idle' && opcode === 0) {
        notifications.push({ socket, id: word(0) })
        timeouts.push(word(2))
      }
    }
    let rest = Buffer.alloc(0)
    socket.on('data', (data) => {
      rest = Buffer.concat([rest, data])
      while (rest.length >= 8 && rest.length >= rest.readUInt32LE(4) >>> 16) {
        const size = rest.readUInt32LE(4) >>> 16
        answer(rest.readUInt32LE(0), rest.readUInt32LE(4) & 0xffff, rest.subarray(8, size))
        rest = rest.subarray(size)
      }
    })
  })
  server.listen(socketPath)
  await once(server, 'listening')
  return {
    timeouts,
    say: (what) => {
      for (const { socket, id } of notifications) socket.write(message(id, what === 'idle' ? 0 : 1))
    },
    stop: async () => {
      for (const socket of clients) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
