import { GolemError } from '@golem/protocol'

export const contentKeyWrong = (): GolemError =>
  new GolemError({
    code: 'CONTENT_KEY_WRONG',
    message: 'The content does not open with this key.',
    remedy: 'Ask who sealed it for the key that belongs to it.',
    peerPolicy: 'reject',
  })
