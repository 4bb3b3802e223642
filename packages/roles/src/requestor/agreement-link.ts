import type { Channel, Clock, Network } from '@golem/ports'
import {
  ACTIVITY_PROTOCOL,
  encodeJson,
  GolemError,
  isTermsSignedBy,
  MESSAGE_LIMIT_BYTES,
  type PeerContact,
  type ProviderMessage,
  providerMessage,
  type RequestorMessage,
  type Signature,
  type Terms,
} from '@golem/protocol'
import type { Logger } from '../logger.ts'

/** No message, heartbeats included, for so long: the provider is taken for gone. */
export const SILENCE_MS = 5_000
const OPEN_TIMEOUT_MS = 8_000
const GOODBYE_MS = 1_000
const RETRY_MS = [100, 300, 1_000, 2_000] as const

export type LinkState = 'connecting' | 'open' | 'silent' | 'declined' | 'closed'

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
  close(): void
}

type Components = { network: Network; clock: Clock; logger: Logger }
type Options = { terms: Terms; signature: Signature; contact: PeerContact }

export function openAgreementLink(components: Components, options: Options, events: LinkEvents): AgreementLink {
  const { clock, logger } = components
  const stopped = new AbortController()
  let channel: Channel | null = null
  const encoder = new TextEncoder()
  let lastHeardMs = clock.now()
  let queue: Promise<void> = Promise.resolve()

  const post = (to: Channel, message: RequestorMessage) => {
    queue = queue.then(() => to.send(encoder.encode(encodeJson(message)))).catch(() => to.abort())
  }

  const keepUp = async () => {
    for (let attempt = 0; !stopped.signal.aborted; attempt += 1) {
      try {
        await converse(() => {
          attempt = -1
        })
      } catch (error) {
        if (stopped.signal.aborted) return
        if (error instanceof GolemError && error.code === 'AGREEMENT_DECLINED') {
          events.onState('declined', error.message)
          return
        }
        logger.debug({ peer: options.terms.provider, error: String(error) }, 'agreement stream ended')
      }
      channel = null
      if (stopped.signal.aborted) return
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
      post(opened, { type: 'open', terms: options.terms, signature: options.signature })
      for await (const raw of opened.messages) {
        lastHeardMs = clock.now()
        const message = readMessage(raw)
        if (channel === null) {
          checkOpened(message, options.terms)
          channel = opened
          onOpened()
          events.onState('open', '')
          events.onOpened(message.signature, message.unsettled)
        } else if (message.type !== 'heartbeat') events.onMessage(message)
      }
    } finally {
      watch.abort()
      opened.abort()
    }
  }

  /** Breaks a stream off on which nothing has come for too long. */
  const watchSilence = (opened: Channel) => {
    const watch = new AbortController()
    const signal = AbortSignal.any([watch.signal, stopped.signal])
    lastHeardMs = clock.now()
    const look = async () => {
      while (!signal.aborted) {
        await clock.sleep(SILENCE_MS / 5, { signal })
        if (clock.now() - lastHeardMs >= SILENCE_MS) opened.abort()
      }
    }
    look().catch(() => undefined)
    return watch
  }

  /** What was said last still arrives; a provider that keeps the stream open is left all the same. */
  const endGently = async (last: Channel) => {
    await queue
    await last.close().catch(() => undefined)
    await clock.sleep(GOODBYE_MS)
    last.abort()
  }

  void keepUp()
  return {
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

function readMessage(raw: Uint8Array): ProviderMessage {
  const parsed = providerMessage.safeParse(JSON.parse(new TextDecoder().decode(raw)))
  if (parsed.success) return parsed.data
  throw new GolemError({
    code: 'MESSAGE_INVALID',
    message: `A provider's message is malformed: ${parsed.error.issues[0]?.message ?? 'unknown'}.`,
    peerPolicy: 'penalise',
  })
}

function checkOpened(message: ProviderMessage, terms: Terms): asserts message is ProviderMessage & { type: 'opened' } {
  if (message.type === 'declined') {
    throw new GolemError({ code: 'AGREEMENT_DECLINED', message: message.reason.message, peerPolicy: 'ignore' })
  }
  if (message.type !== 'opened' || !isTermsSignedBy(terms, terms.provider, message.signature)) {
    throw new GolemError({
      code: 'AGREEMENT_DECLINED',
      message: 'The provider did not sign the agreement.',
      peerPolicy: 'penalise',
    })
  }
}
