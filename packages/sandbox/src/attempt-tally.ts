import type { Attempt, AttemptKind, Observation } from '@golem/protocol'

/** `MAX_ATTEMPTS_OF_A_KIND` and `MAX_ATTEMPT_CHARACTERS`, where nothing of the protocol can be loaded: this runs beside modules too. */
const MAX_OF_A_KIND: typeof import('@golem/protocol').MAX_ATTEMPTS_OF_A_KIND = 200
const MAX_CHARACTERS: typeof import('@golem/protocol').MAX_ATTEMPT_CHARACTERS = 300

/** In the order in which they are told. */
const KINDS: readonly AttemptKind[] = ['network', 'read', 'write', 'call']

/** Adds attempts up, within bounds: those of one kind, however many, hide none of another. */
export type AttemptTally = {
  note(kind: AttemptKind, what: string, isAllowed: boolean): void
  sum(): Pick<Observation, 'attempts' | 'untold'>
}

export function attemptTally(): AttemptTally {
  const kinds = new Map<AttemptKind, Map<string, Attempt>>()
  let untold = 0
  return {
    note: (kind, text, isAllowed) => {
      const known = kinds.get(kind) ?? new Map<string, Attempt>()
      kinds.set(kind, known)
      const what = text.slice(0, MAX_CHARACTERS)
      const one = known.get(what)
      if (one !== undefined) {
        one.times += 1
        one.allowed += isAllowed ? 1 : 0
      } else if (known.size >= MAX_OF_A_KIND) untold += 1
      else known.set(what, { kind, what, times: 1, allowed: isAllowed ? 1 : 0 })
    },
    sum: () => ({
      attempts: KINDS.flatMap((kind) => [...(kinds.get(kind)?.values() ?? [])].map((one) => ({ ...one }))),
      untold,
    }),
  }
}
