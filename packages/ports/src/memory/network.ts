import { type Address, GolemError, type PeerContact, protocolVersions } from '@golem/protocol'
import type { Channel, HandleOptions, Network, Peer } from '../network.ts'

/** Bytes that a channel holds unread in each direction before its sender has to wait. */
const QUEUE_BYTES = 1024 * 1024

type Handler = { options: HandleOptions; handler: (channel: Channel) => Promise<void> }
type Node = {
  peer: Peer
  running: boolean
  handlers: Map<string, Handler>
  topics: Map<string, Set<Parameters<Network['subscribe']>[1]>>
  channels: Set<Channel>
  watchers: Set<(peer: Peer) => void>
}

/** A grid inside one process: whoever joins is connected to everybody. */
export type MemoryGrid = { join(options: { address: Address }): Network }

/**
 * The in-memory twin of the network. Messages are copied, arrive in later microtasks, and are bounded as on a wire.
 *
 * @example
 * const grid = memoryGrid()
 * const provider = grid.join({ address: signer.address })
 */
export function memoryGrid(): MemoryGrid {
  const nodes = new Map<string, Node>()
  return { join: ({ address }) => join(nodes, address) }
}

function join(nodes: Map<string, Node>, address: Address): Network {
  const self: Peer = Object.freeze({ peerId: `memory-${address}`, address })
  const here: Node = {
    ...{ peer: self, running: true, handlers: new Map(), topics: new Map(), channels: new Set(), watchers: new Set() },
  }
  nodes.set(self.peerId, here)
  for (const node of nodes.values()) {
    if (node === here) continue
    for (const watcher of node.watchers) queueMicrotask(() => node.watchers.has(watcher) && watcher(self))
  }

  const find = (peerId: string, who: string): Node => {
    const node = nodes.get(peerId)
    if (!here.running) throw unreachable(who, 'this node has stopped')
    if (peerId === self.peerId) throw unreachable(who, 'it is this node itself')
    if (node === undefined) throw unreachable(who, 'nothing listens at its address')
    return node
  }

  return {
    self,
    contact: (): PeerContact => ({ peerId: self.peerId, addresses: [`/memory/${self.peerId}`] }),
    peers: () => (here.running ? [...nodes.values()].filter((node) => node !== here).map((node) => node.peer) : []),

    onPeer(handler) {
      const entry: typeof handler = (peer) => handler(peer)
      here.watchers.add(entry)
      return () => void here.watchers.delete(entry)
    },

    async connect(text, options = {}) {
      options.signal?.throwIfAborted()
      if (!text.startsWith('/memory/')) throw unreachable(text, 'that is no address')
      return find(text.slice('/memory/'.length), text).peer
    },

    async publish(topic, message) {
      const copy = message.slice()
      for (const node of nodes.values()) {
        if (node === here || !here.running) continue
        for (const handler of node.topics.get(topic) ?? []) {
          queueMicrotask(() => {
            if (!node.topics.get(topic)?.has(handler)) return
            try {
              handler(self, copy.slice())
            } catch {
              // a handler's error never ends its subscription; this twin has no log
            }
          })
        }
      }
    },

    subscribe(topic, handler) {
      const entry: typeof handler = (from, message) => handler(from, message)
      const entries = here.topics.get(topic) ?? new Set()
      here.topics.set(topic, entries.add(entry))
      return () => entries.delete(entry)
    },

    handle(protocol, options, handler) {
      const entry: Handler = { options, handler }
      const versions = protocolVersions(protocol)
      for (const version of versions) here.handlers.set(version, entry)
      return () => {
        for (const version of versions) if (here.handlers.get(version) === entry) here.handlers.delete(version)
      }
    },

    async open(to, protocol, options) {
      options.signal?.throwIfAborted()
      const there = find(to.peerId, to.peerId)
      const agreed = protocolVersions(protocol).find((version) => there.handlers.has(version)) ?? ''
      const answering = there.handlers.get(agreed)
      if (answering === undefined) throw unreachable(to.peerId, 'it does not speak this protocol')
      const [near, far] = channelPair(here, there, { protocol: agreed, near: options, far: answering.options })
      void serve(answering.handler, far)
      return near
    },

    blame: () => {},

    async stop() {
      here.running = false
      nodes.delete(self.peerId)
      here.handlers.clear()
      here.topics.clear()
      here.watchers.clear()
      for (const channel of here.channels) channel.abort()
    },
  }
}

async function serve(handler: Handler['handler'], channel: Channel): Promise<void> {
  try {
    await Promise.resolve()
    await handler(channel)
    await channel.close()
  } catch {
    channel.abort()
  }
}

type Agreed = { protocol: string; near: HandleOptions; far: HandleOptions }

function channelPair(near: Node, far: Node, agreed: Agreed): [Channel, Channel] {
  const toFar = createPipe(near.peer, agreed.far)
  const toNear = createPipe(far.peer, agreed.near)
  const end = (owner: Node, peer: Peer, incoming: Pipe, outgoing: Pipe): Channel => {
    let consumed = false
    const channel: Channel = {
      peer,
      protocol: agreed.protocol,
      messages: {
        [Symbol.asyncIterator]: () => {
          if (consumed) throw new Error('the messages of a channel are consumed once')
          consumed = true
          return incoming.read()
        },
      },
      async send(message) {
        await outgoing.push(message.slice(), () => {
          incoming.breakOff('broke off')
        })
      },
      async close() {
        outgoing.end()
        owner.channels.delete(channel)
      },
      abort() {
        outgoing.breakOff('broke off')
        incoming.breakOff('was broken off on this side')
        owner.channels.delete(channel)
      },
    }
    owner.channels.add(channel)
    return channel
  }
  return [end(near, far.peer, toNear, toFar), end(far, near.peer, toFar, toNear)]
}

type Pipe = {
  push(message: Uint8Array, onTooLarge: () => void): Promise<void>
  end(): void
  /** Takes effect once: a pipe that ended cleanly and was read stays clean. */
  breakOff(what: string): void
  read(): AsyncGenerator<Uint8Array>
}

/** One direction of a channel, from `sender`. */
function createPipe(sender: Peer, { maxMessageBytes }: HandleOptions): Pipe {
  const queue: Uint8Array[] = []
  let queuedBytes = 0
  let ended = false
  let broken: GolemError | null = null
  let gone = false
  const waiting = new Set<() => void>()
  const wake = (): void => {
    for (const resume of waiting) resume()
    waiting.clear()
  }
  const change = () => new Promise<void>((resume) => waiting.add(resume))
  const assertWhole = (): void => {
    if (broken !== null) throw broken
  }
  const breakOff = (what: string): void => {
    if (ended || broken !== null) return
    broken = closed(sender, what)
    wake()
  }

  return {
    async push(message, onTooLarge) {
      assertWhole()
      if (ended) throw closed(sender, 'was closed on this side')
      if (message.length > maxMessageBytes) {
        breakOff(`sent a message of ${message.length} bytes; the limit is ${maxMessageBytes}`)
        onTooLarge()
        throw closed(sender, 'broke off')
      }
      if (gone) return
      queue.push(message)
      queuedBytes += message.length
      wake()
      while (queuedBytes > QUEUE_BYTES && broken === null) await change()
      assertWhole()
    },
    end() {
      if (broken !== null) return
      ended = true
      wake()
    },
    breakOff,
    async *read() {
      try {
        for (;;) {
          const message = queue.shift()
          if (message !== undefined) {
            queuedBytes -= message.length
            wake()
            yield message
          } else if (broken !== null) throw broken
          else if (ended) return
          else await change()
        }
      } finally {
        gone = true
        queue.length = 0
        queuedBytes = 0
        wake()
      }
    },
  }
}

const closed = (peer: Peer, what: string) =>
  new GolemError({
    code: 'CHANNEL_CLOSED',
    message: `The channel with ${peer.address} ${what}.`,
    data: { peer: peer.address },
  })

const unreachable = (who: string, why: string) =>
  new GolemError({
    code: 'PEER_UNREACHABLE',
    message: `The peer ${who} cannot be reached: ${why}.`,
    remedy: 'Check that it runs and that its address can be reached from here.',
    data: { peer: who, why },
  })
