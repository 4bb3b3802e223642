import type { CheckStrategy } from '@golem/protocol'

/** What the requestor's person asks for beyond the application's own choice. */
export type Strengthening = {
  strategy: CheckStrategy | null
  /** Checked at least so often, 0 to 1; null as computed. */
  rate: number | null
  /** A person said in words that nothing is to be checked. */
  saidNone: boolean
}

export const NOT_STRENGTHENED: Strengthening = { strategy: null, rate: null, saidNone: false }

export type ChosenCheck = { strategy: CheckStrategy; atLeast: number } | { refused: CheckRefusal }

export type CheckRefusal = { code: 'CHECK_WEAKER' | 'CHECK_NOT_SAID' | 'CHECK_UNSUITED'; message: string }

/** Weaker ones first. `custom` and `crops` show no more than their author thought of. */
const STRENGTH = { none: 0, custom: 1, crops: 2, replicate: 3, exact: 4 } as const
const KINDS = Object.keys(STRENGTH) as CheckStrategy['kind'][]

/**
 * The application's strategy, or the stronger one that is asked for; less only by a person's word, and then it is none.
 *
 * @param suited kinds that say something about this application's results
 */
export function chooseCheck(
  application: CheckStrategy,
  { strategy, rate, saidNone }: Strengthening = NOT_STRENGTHENED,
  suited: readonly CheckStrategy['kind'][] = KINDS,
): ChosenCheck {
  if (saidNone) return { strategy: { kind: 'none' }, atLeast: 0 }
  if (application.kind === 'none' && strategy === null)
    return refuse(
      'CHECK_NOT_SAID',
      'The application checks nothing; that is done only where a person says so in words.',
    )
  const atLeast = Math.min(1, Math.max(0, rate ?? 0))
  if (strategy === null) return { strategy: application, atLeast }
  if (!isAsStrong(strategy, application))
    return refuse('CHECK_WEAKER', `${strategy.kind} shows less than ${application.kind}, which the application has.`)
  if (!suited.includes(strategy.kind))
    return refuse('CHECK_UNSUITED', `${strategy.kind} says nothing about this application's results.`)
  return { strategy, atLeast }
}

const refuse = (code: CheckRefusal['code'], message: string): ChosenCheck => ({
  refused: { code, message },
})

function isAsStrong(asked: CheckStrategy, own: CheckStrategy): boolean {
  if (asked.kind === 'crops' && own.kind === 'crops') return asked.crops >= own.crops && asked.share >= own.share
  // Replicas are compared beside the application's own check, not instead of it.
  if (asked.kind === 'replicate')
    return own.kind !== 'replicate' || (asked.agreeing >= own.agreeing && asked.copies >= asked.agreeing)
  return STRENGTH[asked.kind] >= STRENGTH[own.kind]
}

/**
 * Chance that one check shows a result of which this share is wrong.
 *
 * @param wrongShare 0 to 1; 1 where nothing of it is right
 */
export function detectionOf(strategy: CheckStrategy, wrongShare = 1): number {
  switch (strategy.kind) {
    case 'exact':
    case 'replicate':
      return wrongShare > 0 ? 1 : 0
    case 'crops':
      // Whatever is wrong elsewhere is not seen: at best as a crop that lies anywhere, touching it by its own size.
      return 1 - (1 - Math.min(1, wrongShare + (wrongShare > 0 ? strategy.share : 0))) ** strategy.crops
    case 'custom':
      return wrongShare
    case 'none':
      return 0
  }
}
