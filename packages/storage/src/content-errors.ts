import { GolemError } from '@golem/protocol'

/** The tree is not here, or not whole. */
export const contentUnavailable = (cid: string, because = 'it is not here'): GolemError =>
  new GolemError({
    code: 'CONTENT_UNAVAILABLE',
    message: `Content ${cid} is not available: ${because}.`,
    remedy: 'Fetch it from a peer that has it.',
    data: { cid },
  })

export const contentTooLarge = (cid: string, sizeBytes: number, maxBytes: number): GolemError =>
  new GolemError({
    code: 'CONTENT_TOO_LARGE',
    message: `Content ${cid} has at least ${sizeBytes} bytes; ${maxBytes} are allowed.`,
    remedy: 'Raise the limit, or make it smaller.',
    data: { cid, sizeBytes, maxBytes },
    peerPolicy: 'reject',
  })

/** The bytes are what their CID says, but no tree that may be written to a disk. */
export const contentRefused = (cid: string, because: string): GolemError =>
  new GolemError({
    code: 'CONTENT_REFUSED',
    message: `Content ${cid} is refused: ${because}.`,
    remedy: 'Ask whoever made it to make it anew, with plain files and folders.',
    data: { cid },
    peerPolicy: 'reject',
  })

export const storageFull = (because: string, remedy: string): GolemError =>
  new GolemError({ code: 'STORAGE_FULL', message: `The storage is full: ${because}.`, remedy })
