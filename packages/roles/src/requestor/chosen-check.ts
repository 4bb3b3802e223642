import { chooseCheck } from '@golem/market'
import type { App } from '@golem/ports'
import { type Check, type CheckStrategy, GolemError, type Plan } from '@golem/protocol'

/** What a person asks for beyond the application's own check. `crops` without a share keeps the application's. */
export type AskedCheck =
  | { kind: 'exact'; share?: number | undefined }
  | { kind: 'crops'; crops: number; share?: number | undefined }
  | { kind: 'replicate'; copies: number; agreeing: number }
  | { kind: 'custom' }
  /** Whoever asks for it has been told what it means. */
  | { kind: 'none' }

/** How a job's deliveries are checked. */
export type JobCheck = {
  strategy: CheckStrategy
  /** Whoever checks: the daemon, by doing it again, or the application's `verify`. */
  by: 'daemon' | 'application' | 'replicas' | 'nobody'
  /** Of the deliveries, at least so many. */
  share: number
}

/** Logs of jobs that were planned before checks were chosen, and plans that choose none. */
export const jobCheckOf = ({ check = { kind: 'custom' } }: Plan): JobCheck => madeOf(check, strategyOf(check), 0)

/**
 * The plan's check, or the stronger one that was asked for.
 *
 * @throws {GolemError} `CHECK_WEAKER`, `CHECK_UNSUITED`, `CHECK_NOT_SAID`
 */
export function chosenCheck(
  app: Pick<App, 'name' | 'manifest' | 'digest'>,
  plan: Plan,
  asked: AskedCheck | undefined,
): JobCheck {
  const own = plan.check ?? { kind: 'custom' }
  const strengthening = {
    strategy: asked === undefined || asked.kind === 'none' ? null : resolved(asked, own),
    rate: asked?.kind === 'exact' ? (asked.share ?? null) : null,
    saidNone: asked?.kind === 'none',
  }
  const chosen = chooseCheck(strategyOf(own), strengthening, suitedTo(app, own))
  if ('refused' in chosen)
    throw new GolemError({
      ...chosen.refused,
      remedy: `${app.name} can be checked by ${suitedTo(app, own).join(', ')}.`,
    })
  return madeOf(own, chosen.strategy, chosen.atLeast)
}

/** For people. */
export function checkWords({ strategy, by, share }: JobCheck): string {
  switch (strategy.kind) {
    case 'exact':
      return by === 'application'
        ? 'exact: all of each result is computed again'
        : `exact: at least ${percent(share)} of the results are computed again`
    case 'crops':
      return `crops: ${strategy.crops === 1 ? 'a hidden part' : `${strategy.crops} hidden parts`} of each result, ${percent(strategy.share)}, computed again`
    case 'replicate':
      return `replicate: by ${strategy.agreeing} providers, and by up to ${strategy.copies} where they do not agree`
    case 'custom':
      return 'custom: the application looks at each result'
    case 'none':
      return 'none: results are taken unseen'
  }
}

const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`

function madeOf(own: Check, strategy: CheckStrategy, atLeast: number): JobCheck {
  if (strategy.kind === 'none') return { strategy, by: 'nobody', share: 0 }
  if (strategy.kind === 'replicate') return { strategy, by: 'replicas', share: 1 }
  if (strategy.kind === 'exact' && own.kind !== 'crops')
    return { strategy, by: 'daemon', share: Math.max(atLeast, own.kind === 'exact' ? own.share : 1) }
  return { strategy, by: 'application', share: 1 }
}

const strategyOf = (own: Check): CheckStrategy => (own.kind === 'exact' ? { kind: 'exact' } : own)

function resolved(asked: Exclude<AskedCheck, { kind: 'none' }>, own: Check): CheckStrategy {
  if (asked.kind !== 'crops') return asked.kind === 'exact' ? { kind: 'exact' } : asked
  return { kind: 'crops', crops: asked.crops, share: asked.share ?? (own.kind === 'crops' ? own.share : 1) }
}

/** Doing it again says something where the same comes out, or where the application knows what is alike. */
function suitedTo({ manifest, digest }: Pick<App, 'manifest' | 'digest'>, own: Check): CheckStrategy['kind'][] {
  const isSame = own.kind === 'exact' || manifest.runtime.kind === 'wasm'
  const kinds = new Set<CheckStrategy['kind']>(own.kind === 'none' ? [] : [own.kind])
  if (isSame || own.kind === 'crops') kinds.add('exact')
  // Graphics cards say no class to agree in.
  if (!manifest.gpu && (isSame || digest !== undefined)) kinds.add('replicate')
  return [...kinds]
}
