import { GolemError } from '@golem/protocol'

/** Failures of one source, after which the next is asked. The network's own two are among them. */
const CODES = ['SOURCE_WRONG', 'SOURCE_LACKS', 'SOURCE_BUSY', 'SOURCE_STALLED', 'PEER_UNREACHABLE', 'CHANNEL_CLOSED']

export const isSourceError = (error: unknown): error is GolemError =>
  error instanceof GolemError && CODES.includes(error.code)

/** It sent what nobody could send by accident. */
export const sourceWrong = (what: string): GolemError =>
  new GolemError({ code: 'SOURCE_WRONG', message: `It sent ${what}.`, peerPolicy: 'penalise' })

export const sourceLacks = (cid: string): GolemError =>
  new GolemError({ code: 'SOURCE_LACKS', message: `It does not have ${cid}.`, peerPolicy: 'ignore' })

export const sourceBusy = (): GolemError =>
  new GolemError({ code: 'SOURCE_BUSY', message: 'It serves too many already.', peerPolicy: 'ignore' })

/** As the network says it where a channel breaks; here it was closed in good order, but too early. */
export const sourceGone = (): GolemError =>
  new GolemError({ code: 'CHANNEL_CLOSED', message: 'It hung up before it had sent everything.', peerPolicy: 'ignore' })

export const sourceStalled = (timeoutMs: number): GolemError =>
  new GolemError({
    code: 'SOURCE_STALLED',
    message: `Nothing came or went for ${timeoutMs / 1000} s.`,
    peerPolicy: 'ignore',
  })
