import type { Channel, Peer, PeerFault } from '@golem/ports'
import { GolemError } from '@golem/protocol'
import type { Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import { Uint8ArrayList } from 'uint8arraylist'
import { createFrameReader, END_FRAME, frameHeader } from './framing.ts'
import {
  CLOSE_LINGER_MS,
  CLOSE_TIMEOUT_MS,
  RECEIVE_QUEUE_BYTES,
  RECEIVE_QUEUE_MESSAGES,
  TAKE_TIMEOUT_MS,
} from './limits.ts'

export type ChannelComponents = { stream: Stream; peer: Peer }
export type ChannelOptions = {
  maxMessageBytes: number
  /** How long to hold the other side back after so many more messages, in milliseconds. */
  pace?: (messages: number) => number
  /** An opener that says nothing, and is told nothing, for so long is broken off. */
  firstWordMs?: number
  /** Told when the other side breaks the rules: of framing, or by never taking what is sent. */
  onFault?: (fault: PeerFault) => void
}

/** A channel that its owner can let go of: nobody reads from it any more. */
export type OwnedChannel = Channel & {
  release(): Promise<void>
  /** What it holds of the other side's, unread. */
  heldBytes(): number
}

/**
 * Whole messages over one libp2p stream.
 *
 * A sent message belongs to the channel until its `send` resolves: it is not copied. Both ways close apart: after
 * `close` the other side's messages can still be read.
 */
export function createChannel({ stream, peer }: ChannelComponents, options: ChannelOptions): OwnedChannel {
  const reader = createFrameReader(options)
  const queue: Uint8Array[] = []
  let queuedBytes = 0
  /** Arrived, and not yet cut into messages: there was no room for them, or they came too fast. */
  const backlog: Uint8Array[] = []
  let isHeldBack = false
  let holdBack: ReturnType<typeof setTimeout> | undefined
  let firstWord: ReturnType<typeof setTimeout> | undefined
  /** Set once, when the channel broke off. */
  let failure: GolemError | null = null
  /** The stream has ended below; whether cleanly is known when its last bytes were read. */
  let over = false
  let resuming = false
  let readerState: 'none' | 'reading' | 'gone' = 'none'
  let closing: Promise<void> | null = null
  let linger: ReturnType<typeof setTimeout> | undefined
  let wakeReader: (() => void) | null = null
  const writers = new Set<() => void>()

  const isFull = () => queuedBytes >= RECEIVE_QUEUE_BYTES || queue.length >= RECEIVE_QUEUE_MESSAGES

  const wakeAll = (): void => {
    wakeReader?.()
    wakeReader = null
    for (const wake of writers) wake()
    writers.clear()
  }

  const fail = (error: GolemError): void => {
    if (failure !== null) return
    failure = error
    for (const timer of [linger, holdBack, firstWord]) clearTimeout(timer)
    backlog.length = 0
    wakeAll()
  }

  const breakOff = (error: GolemError): void => {
    fail(error)
    stream.abort(error)
  }

  /** The stream below said all it ever will. */
  const settleEnd = (cause?: unknown): void => {
    if (reader.ended) {
      clearTimeout(linger)
      wakeAll()
    } else fail(closed(peer, 'broke off', cause))
  }

  const enqueue = (message: Uint8Array): void => {
    if (readerState === 'gone') return
    queue.push(message)
    queuedBytes += message.length
  }

  const onMessage = (event: StreamMessageEvent): void => {
    if (failure !== null) return
    clearTimeout(firstWord)
    for (const piece of event.data instanceof Uint8Array ? [event.data] : event.data) backlog.push(piece)
    takeIn()
    // pausing inside `resume` would be undone by it
    if (!resuming && mustWait()) pause()
  }

  const mustWait = (): boolean => backlog.length > 0 || isHeldBack || isFull()

  /** Cuts what has arrived into messages, while there is room for them: a piece may hold a million. */
  const takeIn = (): void => {
    const before = queue.length
    const hasRoom = () => !isHeldBack && !isFull()
    try {
      for (let piece = backlog[0]; piece !== undefined && hasRoom(); piece = backlog[0]) {
        const taken = reader.read(piece, enqueue, hasRoom)
        if (taken < piece.length) backlog[0] = piece.subarray(taken)
        else backlog.shift()
      }
    } catch (error) {
      options.onFault?.('lie')
      breakOff(closed(peer, error instanceof GolemError ? error.message : 'sent what cannot be read', error))
      return
    }
    const waitMs = queue.length > before ? (options.pace?.(queue.length - before) ?? 0) : 0
    if (waitMs > 0) {
      isHeldBack = true
      holdBack = setTimeout(() => {
        isHeldBack = false
        goOn()
      }, waitMs)
    }
    wakeReader?.()
    wakeReader = null
  }

  /** There is room again, or time. */
  const goOn = (): void => {
    if (backlog.length > 0) takeIn()
    if (!mustWait()) resume()
    if (over) settleIfRead()
  }

  const pause = (): void => {
    if (stream.readStatus === 'readable') stream.pause()
  }

  const resume = (): void => {
    if (stream.readStatus !== 'paused') return
    resuming = true
    try {
      stream.resume()
    } catch {
      // the connection below is gone; its close event has been or will be told
    } finally {
      resuming = false
    }
    if (mustWait()) pause()
  }

  const settleIfRead = (): void => {
    if (stream.readBufferLength === 0 && backlog.length === 0) settleEnd()
  }

  const onEnd = (): void => {
    over = true
    settleIfRead()
  }

  const onClose = (event: StreamCloseEvent): void => {
    clearTimeout(linger)
    clearTimeout(firstWord)
    if (event.error !== undefined && !reader.ended) fail(closed(peer, 'broke off', event.error))
    else onEnd()
    for (const wake of writers) wake()
    writers.clear()
  }

  stream.addEventListener('message', onMessage)
  stream.addEventListener('end', onEnd)
  stream.addEventListener('close', onClose)
  stream.addEventListener('drain', () => {
    for (const wake of writers) wake()
    writers.clear()
  })

  // the other side may have ended or reset the stream before it was handed to us; what it sent comes first
  queueMicrotask(() => {
    if (stream.status === 'aborted' || stream.status === 'reset') fail(closed(peer, 'broke off'))
    else if (stream.status === 'closed' || stream.readableEnded) onEnd()
  })

  async function* read(): AsyncGenerator<Uint8Array> {
    if (readerState !== 'none') throw new Error('the messages of a channel are consumed once')
    readerState = 'reading'
    clearTimeout(linger)
    try {
      for (;;) {
        const message = queue.shift()
        if (message !== undefined) {
          queuedBytes -= message.length
          goOn()
          yield message
        } else if (failure !== null) throw failure
        else if (reader.ended) return
        else {
          await new Promise<void>((wake) => {
            wakeReader = wake
          })
        }
      }
    } finally {
      stopReading()
    }
  }

  /** From here on whatever arrives is thrown away. */
  const stopReading = (): void => {
    readerState = 'gone'
    queue.length = 0
    queuedBytes = 0
    goOn()
    if (closing !== null) lingerThenAbort()
  }

  const lingerThenAbort = (): void => {
    if (reader.ended || failure !== null || stream.status !== 'open') return
    clearTimeout(linger)
    linger = setTimeout(() => stream.abort(new Error('the other side did not close')), CLOSE_LINGER_MS)
  }

  /**
   * Resolves when the transport took everything. libp2p's own `onDrain` is of no use: after its first time it
   * resolves at once for ever (3.3.11).
   */
  const drained = async (): Promise<void> => {
    while (stream.writeStatus !== 'closed' && (stream.writeBufferLength > 0 || stream.writableNeedsDrain)) {
      const tooLong = setTimeout(giveUpOn, TAKE_TIMEOUT_MS)
      await new Promise<void>((wake) => writers.add(wake))
      clearTimeout(tooLong)
    }
    if (failure !== null) throw failure
    const lost = stream.status === 'aborted' || stream.status === 'reset' || stream.writeBufferLength > 0
    if (lost) throw closed(peer, 'broke off')
  }

  const giveUpOn = (): void => {
    options.onFault?.('stall')
    breakOff(closed(peer, 'took nothing of what was sent'))
  }

  const finish = async (): Promise<void> => {
    if (failure !== null || stream.writeStatus !== 'writable') return
    try {
      stream.send(END_FRAME)
      await stream.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) })
      if (readerState !== 'reading') lingerThenAbort()
    } catch (error) {
      stream.abort(error instanceof Error ? error : new Error('close failed'))
    }
  }

  if (options.firstWordMs !== undefined) {
    firstWord = setTimeout(() => {
      options.onFault?.('stall')
      breakOff(closed(peer, 'was opened, and nothing was said'))
    }, options.firstWordMs)
  }

  const channel: OwnedChannel = {
    peer,
    protocol: stream.protocol,
    messages: { [Symbol.asyncIterator]: read },
    async send(message) {
      if (failure !== null) throw failure
      if (closing !== null) throw closed(peer, 'was closed on this side')
      clearTimeout(firstWord)
      try {
        stream.send(new Uint8ArrayList(frameHeader(message.length), message))
      } catch (error) {
        throw closed(peer, 'broke off', error)
      }
      await drained()
    },
    close() {
      closing ??= finish()
      return closing
    },
    abort() {
      if (reader.ended && stream.status === 'closed') return
      queue.length = 0
      queuedBytes = 0
      backlog.length = 0
      breakOff(closed(peer, 'was broken off on this side'))
    },
    heldBytes: () => queuedBytes + stream.readBufferLength + backlog.reduce((sum, piece) => sum + piece.length, 0),
    async release() {
      if (readerState !== 'gone') stopReading()
      await channel.close()
    },
  }
  return channel
}

const closed = (peer: Peer, what: string, cause?: unknown) =>
  new GolemError({
    code: 'CHANNEL_CLOSED',
    message: `The channel with ${peer.address} ${what}${what.endsWith('.') ? '' : '.'}`,
    data: { peer: peer.address },
    ...(cause === undefined ? {} : { cause }),
    ...(cause instanceof GolemError && cause.peerPolicy !== undefined ? { peerPolicy: cause.peerPolicy } : {}),
  })
