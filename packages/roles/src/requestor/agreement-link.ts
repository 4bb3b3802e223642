import type { Channel, Clock, Network } from '@golem/ports'
import {
  ACTIVITY_PROTOCOL,
  type Draws,
  encodeJson,
  GolemError,
  isTermsSignedBy,
  MESSAGE_LIMIT_BYTES,
  type PeerContact,
  type ProviderMessage,
  providerMessage,
  type RequestorMessage,
  type Signature,
  speaksBatches,
  speaksCredit,
  speaksDraws,
  speaksHoldings,
  speaksShares,
  type Terms,
} from '@golem/protocol'
import type { Logger } from '../logger.ts'
import { createRate } from '../rate.ts'
import { readMessage } from '../read-message.ts'

/** No message, heartbeats included, for so long: the provider is taken for gone. */
export const SILENCE_MS = 5_000
const OPEN_TIMEOUT_MS = 8_000
const GOODBYE_MS = 1_000
const RETRY_MS = [100, 300, 1_000, 2_000] as const
/** Messages of one provider; what comes faster waits in its stream. */
const MESSAGE_RATE = { perS: 50, burst: 500 }
const SLOW_DOWN_MS = 100
/** Messages that wait for a slow peer; one that reads none is left. */
const MAX_UNSENT = 4_096

/**
 * `connecting`: also again, after its stream broke off. The last three are for good: the provider does not want the
 * agreement (any more), broke the rules, or is not wanted itself.
 */
export type LinkState = 'connecting' | 'open' | 'silent' | 'declined' | 'violated' | 'closed'

export type LinkEvents = {
  onState(state: LinkState, detail: string): void
  /** The provider signed; `unsettled` are the indices it holds. Called at every (re)connection. */
  onOpened(providerSignature: Signature, unsettled: readonly number[]): void
  onMessage(message: ProviderMessage): void
}

/** One agreement's stream, kept up as long as it is wanted. */
export type AgreementLink = {
  /** False where there is no stream; what matters is said again when it opens. */
  send(message: RequestorMessage): boolean
  /** Whether the provider knows batches; false where there is no stream. */
  readonly speaksBatches: boolean
  /** Whether it knows what `holding` asks; false where there is no stream. */
  readonly speaksHoldings: boolean
  /** Whether it knows what `calibrate` asks; false where there is no stream. */
  readonly speaksClasses: boolean
  /** Whether it knows `share`; false where there is no stream. */
  readonly speaksShares: boolean
  close(): void
}

type Components = { network: Network; clock: Clock; logger: Logger }
type Options = {
  terms: Terms
  signature: Signature
  contact: PeerContact
  /** What checks are drawn by, for providers that can follow. */
  draws?: Draws | null
  /** The provider has to open sealed inputs, which one of an older version cannot. */
  isSealed?: boolean
}

/** Errors of `events` are the caller's own: it must not let any out. */
export function openAgreementLink(components: Components, options: Options, events: LinkEvents): AgreementLink {
  const { clock, logger } = components
  const { provider } = options.terms
  const stopped = new AbortController()
  const rate = createRate(clock, MESSAGE_RATE)
  let channel: Channel | null = null
  const encoder = new TextEncoder()
  let lastHeardMs = clock.now()
  let queue: Promise<void> = Promise.resolve()
  let unsent = 0

  const post = (to: Channel, message: RequestorMessage) => {
    unsent += 1
    if (unsent > MAX_UNSENT) to.abort()
    queue = queue
      .then(() => to.send(encoder.encode(encodeJson(inWordsOf(to.protocol, message)))))
      .catch(() => to.abort())
      .finally(() => {
        unsent -= 1
      })
  }

  const keepUp = async () => {
    for (let attempt = 0; !stopped.signal.aborted; attempt += 1) {
      try {
        await converse(() => {
          attempt = -1
        })
      } catch (error) {
        if (stopped.signal.aborted) return
        if (error instanceof GolemError && isFinal(error)) {
          channel = null
          events.onState(error.peerPolicy === 'penalise' ? 'violated' : 'declined', error.message)
          return
        }
        logger.debug({ peer: provider, error: String(error) }, 'agreement stream ended')
      }
      if (stopped.signal.aborted) return
      if (channel !== null) events.onState('connecting', 'lost its connection')
      channel = null
      if (clock.now() - lastHeardMs >= SILENCE_MS) events.onState('silent', 'does not answer')
      const pauseMs = RETRY_MS[Math.min(attempt + 1, RETRY_MS.length - 1)] ?? 2_000
      await clock.sleep(pauseMs, { signal: stopped.signal }).catch(() => undefined)
    }
  }

  const converse = async (onOpened: () => void) => {
    const opened = await components.network.open(options.contact, ACTIVITY_PROTOCOL, {
      maxMessageBytes: MESSAGE_LIMIT_BYTES,
      signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(OPEN_TIMEOUT_MS)]),
    })
    const watch = watchSilence(opened)
    try {
      if (opened.peer.address !== provider) throw unsigned('Another node answers at the address of its offer.')
      if (options.isSealed && !speaksBatches(opened.protocol)) throw tooOld()
      const { terms, signature, draws } = options
      post(opened, { type: 'open', terms, signature, ...(draws ? { draws } : {}) })
      for await (const raw of opened.messages) {
        while (!rate.take()) await clock.sleep(SLOW_DOWN_MS, { signal: stopped.signal })
        watch.heard()
        const message = readMessage(providerMessage, raw)
        if (channel !== null) {
          lastHeardMs = clock.now()
          if (message.type !== 'heartbeat') events.onMessage(message)
        } else if (message.type !== 'heartbeat') {
          checkOpened(message, options.terms)
          lastHeardMs = clock.now()
          channel = opened
          onOpened()
          events.onState('open', '')
          events.onOpened(message.signature, message.unsettled)
        }
      }
    } finally {
      watch.end()
      opened.abort()
    }
  }

  /** Breaks a stream off on which nothing has come for too long. */
  const watchSilence = (opened: Channel) => {
    const watch = new AbortController()
    const signal = AbortSignal.any([watch.signal, stopped.signal])
    let heardMs = clock.now()
    const look = async () => {
      while (!signal.aborted) {
        await clock.sleep(SILENCE_MS / 5, { signal })
        if (clock.now() - heardMs >= SILENCE_MS) opened.abort()
      }
    }
    look().catch(() => undefined)
    return {
      heard: () => {
        heardMs = clock.now()
      },
      end: () => watch.abort(),
    }
  }

  /** What was said last still arrives; a provider that keeps the stream open is left all the same. */
  const endGently = async (last: Channel) => {
    await Promise.race([queue, clock.sleep(GOODBYE_MS)])
    await last.close().catch(() => undefined)
    await clock.sleep(GOODBYE_MS)
    last.abort()
  }

  void keepUp()
  return {
    get speaksBatches() {
      return channel !== null && speaksBatches(channel.protocol)
    },
    get speaksHoldings() {
      return channel !== null && speaksHoldings(channel.protocol)
    },
    get speaksClasses() {
      return channel !== null && speaksCredit(channel.protocol)
    },
    get speaksShares() {
      return channel !== null && speaksShares(channel.protocol)
    },
    send(message) {
      if (channel === null) return false
      post(channel, message)
      return true
    },
    close() {
      const last = channel
      stopped.abort(new GolemError({ code: 'LINK_CLOSED', message: 'The agreement has ended.' }))
      channel = null
      if (last) void endGently(last)
      events.onState('closed', '')
    },
  }
}

/** Without what an older provider does not know; it does without. */
function inWordsOf(protocol: string, message: RequestorMessage): RequestorMessage {
  if (message.type === 'finish' && !speaksBatches(protocol)) return { type: 'finish' }
  if (speaksDraws(protocol)) return message
  if (message.type === 'open') return { type: 'open', terms: message.terms, signature: message.signature }
  if (message.type === 'reject') return { type: 'reject', index: message.index, reason: message.reason }
  return message
}

/** Whoever declined, or breaks the rules, is not asked again. */
const isFinal = ({ code, peerPolicy }: GolemError): boolean =>
  code === 'AGREEMENT_DECLINED' || peerPolicy === 'penalise'

function checkOpened(message: ProviderMessage, terms: Terms): asserts message is ProviderMessage & { type: 'opened' } {
  if (message.type === 'declined') {
    throw new GolemError({ code: 'AGREEMENT_DECLINED', message: message.reason.message, peerPolicy: 'ignore' })
  }
  if (message.type !== 'opened' || !isTermsSignedBy(terms, terms.provider, message.signature)) {
    throw unsigned('The provider did not sign the agreement.')
  }
}

const tooOld = () =>
  new GolemError({
    code: 'AGREEMENT_DECLINED',
    message: 'The provider’s version keeps no inputs private.',
    peerPolicy: 'ignore',
  })
const unsigned = (message: string) => new GolemError({ code: 'AGREEMENT_DECLINED', message, peerPolicy: 'penalise' })
