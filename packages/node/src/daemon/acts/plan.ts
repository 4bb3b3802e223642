import type { Act } from '@golem/api'
import type { Call, EvmChain } from '@golem/chain'
import type { Receipt } from '@golem/ports'

/** An act before it is done. */
export type Plan = {
  /** What it does, in sentences. */
  about: string
  /** What it would send now, to be estimated. */
  calls: readonly Call[]
  /** Does it; null where there was nothing to do. */
  carryOut(): Promise<Receipt | null>
}

/** How each act is done. */
export type Planners<Name extends Act['act']> = {
  [name in Name]: (act: Extract<Act, { act: name }>) => Plan | Promise<Plan>
}

/** The calls, made one after the other. `why` stands in the history. */
export const planOf = (chain: EvmChain, about: string, calls: readonly Call[], why: string): Plan => ({
  about,
  calls,
  carryOut: () => chain.send(calls, why),
})
