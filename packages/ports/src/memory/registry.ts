import type { Address, Cid } from '@golem/protocol'
import type { Registry } from '../registry.ts'

export type MemoryRegistry = Registry & {
  judge(manifest: Cid, validator: Address, verdict: 'certified' | 'denounced' | null): void
}

/** A registry that one process shares. */
export function memoryRegistry(): MemoryRegistry {
  const words = new Map<Cid, Map<Address, 'certified' | 'denounced'>>()
  return {
    certifications: async (manifest) =>
      [...(words.get(manifest) ?? [])].map(([validator, verdict]) => ({ validator, verdict })),
    judge: (manifest, validator, verdict) => {
      const said = words.get(manifest) ?? new Map()
      words.set(manifest, said)
      if (verdict === null) said.delete(validator)
      else said.set(validator, verdict)
    },
  }
}
