import { type Bytes32, drawChain, drawSeed, hashText, isSeedDrawn } from '@golem/protocol'
import type { Random } from './random.ts'

const AGREEMENT = `0x${'a9'.repeat(32)}` as Bytes32
const fresh = (random: Random): Bytes32 => hashText(String(random()))
const secretFrom = (random: Random): Uint8Array => Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256))

/**
 * Whether a delivery is checked where one side tries so many possibilities, and takes one that would not be drawn (a provider)
 * or would (a requestor), as far as it knows. Each lacks what the other one commits to, and guesses it.
 */
export function isDrawnAfter(
  random: Random,
  { grinds, by, share }: { grinds: number; by: 'provider' | 'requestor'; share: number },
): boolean {
  const isDrawn = (value: Bytes32, commitment: Bytes32) =>
    isSeedDrawn(drawSeed({ value, agreementId: AGREEMENT, index: 0, commitment }), share)
  const tries = Array.from({ length: grinds })
  const guessed = fresh(random)
  if (by === 'provider') {
    const outputs = tries.map(() => fresh(random))
    const liked = outputs.find((own) => !isDrawn(guessed, own)) ?? guessed
    return isDrawn(drawChain(secretFrom(random), 1).valueOf(0), liked)
  }
  const values = tries.map(() => drawChain(secretFrom(random), 1).valueOf(0))
  const liked = values.find((own) => isDrawn(own, guessed)) ?? guessed
  return isDrawn(liked, fresh(random))
}
