import { GolemError } from '@golem/protocol'

const PSK_BYTES = 32

/**
 * A private grid's key in the form that libp2p reads (`swarm.key` of IPFS).
 *
 * @throws {GolemError} `PSK_INVALID`
 */
export function pskFile(psk: Uint8Array): Uint8Array {
  if (psk.length !== PSK_BYTES) {
    throw new GolemError({
      code: 'PSK_INVALID',
      message: `The key of a private grid has ${PSK_BYTES} bytes, and this one has ${psk.length}.`,
      remedy: 'Join the grid again with its invite.',
    })
  }
  const hex = [...psk].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return new TextEncoder().encode(`/key/swarm/psk/1.0.0/\n/base16/\n${hex}\n`)
}
