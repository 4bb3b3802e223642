import type { Bytes32 } from '@golem/protocol'

/** Two lower-case digits for each byte, without a prefix. */
export const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

export const randomHex = (randomBytes: (length: number) => Uint8Array): Bytes32 =>
  `0x${hexOf(randomBytes(32))}` as Bytes32
