import type { Address } from '@golem/protocol'

/** How one attempt at a subtask ended. */
export type Attempted = { provider: Address; how: 'accepted' | 'failed' | 'vanished' }

export type Blame =
  /** Nothing is noted of anybody yet. */
  | { on: 'nobody' }
  /** It fails everywhere: the job is to blame. */
  | { on: 'job' }
  /** Others could do it: those who failed are noted. */
  | { on: 'providers'; providers: Address[] }

/** Failures of so many different providers, and no success, are the job's. */
const EVERYWHERE = 3

/**
 * Who is to blame for failures at one subtask. Nobody is, before somebody else could do it: one heavy job that fails
 * everywhere says nothing about those who tried.
 */
export function blame(attempts: readonly Attempted[]): Blame {
  const done = new Set(attempts.filter(({ how }) => how === 'accepted').map(({ provider }) => provider))
  const failed = new Set(attempts.filter(({ how }) => how !== 'accepted').map(({ provider }) => provider))
  // Whoever failed and then did it had bad luck.
  const to = [...failed].filter((provider) => !done.has(provider))
  if (done.size > 0) return to.length > 0 ? { on: 'providers', providers: to } : { on: 'nobody' }
  return failed.size >= EVERYWHERE ? { on: 'job' } : { on: 'nobody' }
}
