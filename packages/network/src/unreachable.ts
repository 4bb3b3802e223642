import { GolemError } from '@golem/protocol'

/** The error of every way in which a peer cannot be spoken with. */
export function unreachable(
  who: string,
  why: string,
  cause?: unknown,
  remedy = 'Check that it runs and that its address can be reached from here.',
): GolemError {
  return new GolemError({
    code: 'PEER_UNREACHABLE',
    message: `The peer ${who} cannot be reached: ${why}.`,
    remedy,
    data: { peer: who, why },
    ...(cause === undefined ? {} : { cause }),
  })
}

/** Whether nothing came back at all, rather than a refusal. */
export const isTimeout = (error: unknown): boolean =>
  error instanceof Error && ['TimeoutError', 'AbortError', 'DialTimeoutError'].includes(error.name)

const OTHER_PEER = 'another peer answered at its address'

/** What a failed dial or stream of libp2p comes down to, for a person. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reasonOf))].join(', ')
  if (!(error instanceof Error)) return 'it did not answer'
  const code = (error as Error & { code?: unknown }).code
  if (code === 'ECONNREFUSED') return 'nothing listens at its address'
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'there is no route to its address'
  if (code === 'ENOTFOUND') return 'its host name is unknown'
  if (isTimeout(error)) return 'it did not answer in time'
  // noise and TLS wrap the error that would say it by its name
  if (/does not match expected remote identity key|^Unexpected Peer/.test(error.message)) return OTHER_PEER
  switch (error.name) {
    case 'NoValidAddressesError':
      return 'none of its addresses can be dialled from here'
    case 'UnsupportedProtocolError':
      return 'it does not speak this protocol'
    case 'TooManyOutboundProtocolStreamsError':
      return 'too many streams of this protocol are open to it already'
    case 'UnexpectedPeerError':
      return OTHER_PEER
    case 'StreamResetError':
      return 'it refused the stream'
    default:
      return error.cause === undefined ? error.message.replace(/\.$/, '') : reasonOf(error.cause)
  }
}
