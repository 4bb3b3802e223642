import { type Address, type Bytes32, type Cid, hashText } from '@golem/protocol'
import type { Certification, Registry } from '../registry.ts'

export type MemoryRegistry = Registry & {
  publish(author: Address, app: { name: string; version: string; manifest: Cid }): Bytes32
  judge(id: Bytes32, validator: Address, verdict: Certification['verdict'] | null): void
}

/** A registry that one process shares. */
export function memoryRegistry(): MemoryRegistry {
  const manifests = new Map<Bytes32, { author: Address; manifest: Cid }>()
  const words = new Map<Bytes32, Map<Address, Certification['verdict']>>()
  return {
    certifications: async ({ author, manifest }, validators) => {
      const publishers = new Set([author, ...validators])
      const ids = [...manifests].filter(([, app]) => app.manifest === manifest && publishers.has(app.author))
      return ids.flatMap(([id]) =>
        validators.flatMap((validator) => {
          const verdict = words.get(id)?.get(validator)
          return verdict === undefined ? [] : [{ validator, verdict }]
        }),
      )
    },
    manifestOf: async (id) => manifests.get(id)?.manifest ?? null,
    publish: (author, { name, version, manifest }) => {
      const id = hashText(`${author}/${name}/${version}`)
      if (manifests.has(id)) throw new RangeError(`${name} ${version} was published`)
      manifests.set(id, { author, manifest })
      return id
    },
    judge: (id, validator, verdict) => {
      const said = words.get(id) ?? new Map()
      words.set(id, said)
      if (verdict === null) said.delete(validator)
      else said.set(validator, verdict)
    },
  }
}
