import type { Address } from '@golem/protocol'

/** Which providers were seen to have which inputs: those of the next job may be the same. */
export type Holders = {
  note(inputs: string, provider: Address): void
  of(inputs: string): ReadonlySet<Address>
}

/** Inputs that are remembered, and providers of each; the longest unseen go first. */
const MAX_INPUTS = 256
const MAX_PROVIDERS = 64

export function createHolders(): Holders {
  const byInputs = new Map<string, Set<Address>>()
  return {
    note: (inputs, provider) => {
      const providers = byInputs.get(inputs) ?? new Set()
      byInputs.delete(inputs)
      byInputs.set(inputs, providers)
      providers.delete(provider)
      providers.add(provider)
      if (providers.size > MAX_PROVIDERS) providers.delete(providers.values().next().value as Address)
      if (byInputs.size > MAX_INPUTS) byInputs.delete(byInputs.keys().next().value as string)
    },
    of: (inputs) => byInputs.get(inputs) ?? new Set(),
  }
}
