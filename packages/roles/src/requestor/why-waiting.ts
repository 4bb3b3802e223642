import type { Block } from '@golem/market'
import type { JobDesk } from './job-desk.ts'
import { excludedIn } from './job-state.ts'

/** How many of a job's providers are at what. */
export type ProvidersAt = {
  /** The stream is open, and no money that they trust is shown to them yet. */
  unfunded: number
  /** Refused work a moment ago. */
  paused: number
  /** Say that they take no work now: their owners need the machines. */
  notLending: number
  connecting: number
  silent: number
  /** Left out of this job. */
  excluded: number
}

/** Where the providers of a job stand when none of them computes. */
export function providersAt(desk: JobDesk): ProvidersAt {
  const nowMs = desk.services.clock.now()
  const at = { unfunded: 0, paused: 0, notLending: 0, connecting: 0, silent: 0, excluded: excludedIn(desk.state).size }
  for (const [id, { state, lending, funded, pausedUntilMs }] of desk.links) {
    if (desk.state.agreements.get(id)?.excluded) continue
    if (state === 'connecting' || state === 'silent') at[state] += 1
    else if (state === 'open' && lending !== 'open') at.notLending += 1
    else if (state === 'open' && !funded) at.unfunded += 1
    else if (state === 'open' && pausedUntilMs > nowMs) at.paused += 1
  }
  return at
}

/** The words for what holds a job up. null: something moves. */
export function whyWaiting(block: Block, at: ProvidersAt): string | null {
  switch (block) {
    case 'no-workers':
      return whyNobody(at)
    case 'budget':
      return 'the rest of the budget cannot pay another subtask'
    case 'funding':
      return 'more money is being locked for the providers'
    case 'unpaid-limit':
      return 'the providers wait until what they delivered is checked and paid'
    case 'busy':
    case null:
      return null
    default:
      return block satisfies never
  }
}

/** What is nearest to an end comes first. */
function whyNobody({ unfunded, paused, notLending, connecting, silent, excluded }: ProvidersAt): string {
  if (unfunded > 0) return 'money is being locked for the providers'
  if (connecting > 0) return 'agreements are being signed'
  if (paused > 0) return `${providers(paused)} refused work a moment ago and will be asked again`
  if (notLending > 0)
    return `${providers(notLending)} ${notLending === 1 ? 'takes' : 'take'} no work at the moment; others are being asked`
  if (silent > 0) return `${providers(silent)} fell silent; others are being asked`
  if (excluded > 0)
    return `${providers(excluded)} in sight ${excluded === 1 ? 'is' : 'are'} left out of this job; others are being asked`
  return 'no provider is in sight; others are being asked'
}

const providers = (count: number): string => (count === 1 ? 'the provider' : `${count} providers`)
