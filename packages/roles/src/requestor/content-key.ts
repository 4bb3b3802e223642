import { type Bytes32, GolemError, type Hex, recoverPublicKey, type WrappedKey, wrapContentKey } from '@golem/protocol'
import { hexOf } from '../hex-of.ts'
import type { JobDesk } from './job-desk.ts'
import type { JobRequest } from './job-events.ts'
import { type AgreementState, agreementOf, type JobState } from './job-state.ts'

/** A new key for one job's content. */
export const newContentKey = (randomBytes: (length: number) => Uint8Array): Hex => `0x${hexOf(randomBytes(32))}`

/** How the content of a job is added to the storage and written out of it: sealed, where the job is private. */
export function sealingOf({ contentKey }: JobRequest): { contentKey?: Uint8Array } {
  if (contentKey === undefined) return {}
  return {
    contentKey: Uint8Array.from(contentKey.slice(2).match(/../g) ?? [], (digits) => Number.parseInt(digits, 16)),
  }
}

/** The key for one provider, as its assignments carry it: wrapped for the key that signed the agreement. */
export function wrappedFor({ state, wrappedKeys }: JobDesk, id: Bytes32): { contentKey?: WrappedKey } {
  const { contentKey } = sealingOf(state.request)
  if (contentKey === undefined) return {}
  const wrapped =
    wrappedKeys.get(id) ?? wrapContentKey(contentKey, { to: signerOf(agreementOf(state, id)), context: id })
  wrappedKeys.set(id, wrapped)
  return { contentKey: wrapped }
}

/**
 * The key for one more who may read the job, such as an auditor.
 *
 * @param options.to its compressed public key
 * @param options.context where the key counts; opens nowhere else
 * @throws {GolemError} `JOB_NOT_PRIVATE`
 */
export function auditorsKey({ request }: JobState, options: { to: Uint8Array; context: string }): WrappedKey {
  const { contentKey } = sealingOf(request)
  if (contentKey !== undefined) return wrapContentKey(contentKey, options)
  throw new GolemError({
    code: 'JOB_NOT_PRIVATE',
    message: `What job ${request.id} moved is not sealed.`,
    remedy: 'Whoever has its CIDs can read it without a key.',
  })
}

function signerOf({ id, providerSignature }: AgreementState): Uint8Array {
  const publicKey = recoverPublicKey(id, providerSignature)
  if (publicKey === null) throw new RangeError('an agreement is signed by its provider before it counts')
  return publicKey
}
