import type { Address, PeerContact } from '@golem/protocol'

/** A peer whose identity was proven by its connection. */
export type Peer = { readonly peerId: string; readonly address: Address }

/** A two-way stream of whole messages. */
export type Channel = {
  readonly peer: Peer
  /** What both sides agreed on: the protocol that was asked for, or an older minor version of it. */
  readonly protocol: string
  /** Resolves when the transport took it (back-pressure). @throws {GolemError} `CHANNEL_CLOSED` */
  send(message: Uint8Array): Promise<void>
  /** Ends when the other side closes; throws `CHANNEL_CLOSED` when it breaks off. Consumed once. */
  readonly messages: AsyncIterable<Uint8Array>
  /** Says that nothing more is sent, and releases the stream. Idempotent. */
  close(): Promise<void>
  /** Breaks off at once. Idempotent. */
  abort(): void
}

/** What a peer can do wrong: send too much, say what breaks the rules, or let others wait. */
export type PeerFault = 'flood' | 'lie' | 'stall'

export type OpenOptions = {
  signal?: AbortSignal
  /** A few small messages: they go over a relay at once, and do not wait for a way around it. */
  isBrief?: boolean
}
export type HandleOptions = {
  /** A longer message breaks the channel off. */
  maxMessageBytes: number
}

/**
 * How peers reach each other.
 *
 * Protocols are named `/golem/<name>/<major>.<minor>.0`. Whoever speaks one speaks its older minor versions too, and the
 * newest that both know is agreed on for each channel: a newer node says nothing on it that the older one does not know.
 */
export type Network = {
  readonly self: Peer
  /** How others dial this peer, at this moment. */
  contact(): PeerContact
  /** Peers connected now. */
  peers(): Peer[]
  /** Called for every peer that connects from now on; returns what ends that. */
  onPeer(handler: (peer: Peer) => void): () => void
  /** Connects to an address such as `/ip4/127.0.0.1/tcp/4001/p2p/16U...`. @throws {GolemError} `PEER_UNREACHABLE` */
  connect(address: string, options?: OpenOptions): Promise<Peer>
  /** Gossips to everybody who subscribed; at most once per receiver. */
  publish(topic: string, message: Uint8Array): Promise<void>
  /** Returns what ends the subscription. The handler's errors are logged, and never end it. */
  subscribe(topic: string, handler: (from: Peer, message: Uint8Array) => void): () => void
  /** Answers a protocol; returns what ends that. The channel is closed when the handler returns. */
  handle(protocol: string, options: HandleOptions, handler: (channel: Channel) => Promise<void>): () => void
  /** Opens a stream, dialling where needed. @throws {GolemError} `PEER_UNREACHABLE` */
  open(to: PeerContact, protocol: string, options: HandleOptions & OpenOptions): Promise<Channel>
  /** Says that a peer broke the rules of what it was spoken with about: it is slowed down, then left alone for a while. */
  blame(peer: Address, fault: PeerFault): void
  stop(): Promise<void>
}
