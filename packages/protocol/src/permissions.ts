import { type Manifest, outboundOf } from './manifest.ts'

/** What an application asks of a machine beside computing, as bits of its entry in the registry. */
const BITS = { network: 1n, gpu: 2n } as const
export type Permission = keyof typeof BITS

export const permissionBits = (manifest: Manifest): bigint =>
  (outboundOf(manifest).length > 0 ? BITS.network : 0n) | (manifest.gpu ? BITS.gpu : 0n)

/** Bits that are not known here are called by their number, so that none is overlooked. */
export function permissionNames(bits: bigint): string[] {
  const names: string[] = Object.entries(BITS).flatMap(([name, bit]) => ((bits & bit) === 0n ? [] : [name]))
  const unknown = bits & ~(BITS.network | BITS.gpu)
  return unknown === 0n ? names : [...names, `unknown (0x${unknown.toString(16)})`]
}
