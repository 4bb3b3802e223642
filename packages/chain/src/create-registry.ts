import { applicationRegistry } from '@golem/contracts'
import type { Certification, Registry } from '@golem/ports'
import { type Address, asAddress, asBytes32, type Bytes32, type Cid, cid, type Hex } from '@golem/protocol'
import { encodeFunctionData } from 'viem'
import type { Account } from './account/open-account.ts'
import type { Call } from './account/transaction.ts'
import { requireContract } from './require-contract.ts'

export type NewApplication = { name: string; version: string; manifest: Cid; permissions: bigint; royaltyBps: number }
export type Verdict = Certification['verdict']

/** As it was published; texts are their author's, of any kind. */
export type PublishedApplication = {
  id: Bytes32
  author: Address
  name: string
  version: string
  manifest: string
  permissions: bigint
  royaltyBps: number
  publishedAtS: number
  isDeprecated: boolean
}
export type Statement = { validator: Address; verdict: Verdict; statedAtS: number; reason: string }

/** The registry on an EVM chain. */
export type EvmRegistry = Registry & {
  readonly address: Address
  /** The transactions behind what can be said in it. Reasons are CIDs. */
  readonly calls: {
    publish(app: NewApplication): Call
    deprecate(id: Bytes32, reason: Cid): Call
    /** null takes this account's word back. */
    judge(id: Bytes32, verdict: Verdict | null, reason: Cid): Call
  }
  /** null where there is none. */
  application(id: Bytes32): Promise<PublishedApplication | null>
  /** What some validators say; nothing of who is silent. */
  statements(id: Bytes32, validators: readonly Address[]): Promise<Statement[]>
  count(): Promise<number>
  /** Ids in the order of publication. */
  ids(first: number, limit: number): Promise<Bytes32[]>
  /** The first of these accounts that published a manifest did so under this id; null where none did. */
  idByManifest(publishers: readonly Address[], manifest: Cid): Promise<Bytes32 | null>
  /** The id of a name and version of some author's. */
  idOf(author: Address, name: string, version: string): Promise<Bytes32>
}

const NONE = `0x${'0'.repeat(64)}`
/** In the order of the contract's enum. */
const VERDICTS = [null, 'certified', 'denounced'] as const
const ACTS = { certified: 'certify', denounced: 'denounce' } as const

export function createRegistry(account: Account, address: Address): EvmRegistry {
  const { client } = account
  const { abi } = applicationRegistry
  const contract = { address, abi } as const
  const isThere = requireContract(account, address, 'application registry')
  const reading = <T>(act: () => Promise<T>): Promise<T> =>
    account.reading(async () => {
      await isThere()
      return act()
    })
  const callOf = (what: string, data: Hex): Call => ({ to: address, data, valueWei: 0n, what, amountWei: null })

  const application = (id: Bytes32) =>
    reading(async () => {
      const found = await client.readContract({ ...contract, functionName: 'applicationOf', args: [id] })
      if (found.publishedAt === 0n) return null
      const { author, publishedAt, name, version, manifest, permissions, royaltyBps, isDeprecated } = found
      return {
        ...{ id, author: asAddress(author), publishedAtS: Number(publishedAt) },
        ...{ name, version, manifest, permissions, royaltyBps, isDeprecated },
      }
    })
  const statements = (id: Bytes32, validators: readonly Address[]) =>
    reading(async () => {
      const said = await client.readContract({ ...contract, functionName: 'statementsOf', args: [id, validators] })
      return said.flatMap(({ verdict: number, statedAt, reason }, i) => {
        const verdict = VERDICTS[number] ?? null
        return verdict === null
          ? []
          : [{ validator: validators[i] as Address, verdict, statedAtS: Number(statedAt), reason }]
      })
    })

  /** What each of these accounts published with a manifest, in their order. */
  const idsByManifest = async (publishers: readonly Address[], manifest: Cid): Promise<Bytes32[]> => {
    const ids = await Promise.all(
      [...new Set(publishers)].map((publisher) =>
        client.readContract({ ...contract, functionName: 'idByManifest', args: [publisher, manifest] }),
      ),
    )
    return ids.filter((id) => id !== NONE).map(asBytes32)
  }

  return {
    address,
    calls: {
      publish: ({ name, version, manifest, permissions, royaltyBps }) => {
        const args = [name, version, manifest, permissions, royaltyBps] as const
        return callOf('publish', encodeFunctionData({ abi, functionName: 'publish', args }))
      },
      deprecate: (id, reason) =>
        callOf('deprecate', encodeFunctionData({ abi, functionName: 'deprecate', args: [id, reason] })),
      judge: (id, verdict, reason) => {
        const functionName = verdict === null ? 'retract' : ACTS[verdict]
        return callOf(functionName, encodeFunctionData({ abi, functionName, args: [id, reason] }))
      },
    },
    certifications: ({ author, manifest }, validators) =>
      reading(async () => {
        if (validators.length === 0) return []
        const ids = await idsByManifest([author, ...validators], manifest)
        const said = await Promise.all(ids.map((id) => statements(id, validators)))
        return said.flat().map(({ validator, verdict }) => ({ validator, verdict }))
      }),
    manifestOf: async (id) => {
      const found = cid.safeParse((await application(id))?.manifest)
      return found.success ? found.data : null
    },
    application,
    statements,
    idByManifest: (publishers, manifest) => reading(async () => (await idsByManifest(publishers, manifest))[0] ?? null),
    count: () => reading(async () => Number(await client.readContract({ ...contract, functionName: 'count' }))),
    ids: (first, limit) =>
      reading(async () => {
        const args = [BigInt(first), BigInt(limit)] as const
        return (await client.readContract({ ...contract, functionName: 'ids', args })).map(asBytes32)
      }),
    idOf: (author, name, version) =>
      reading(async () =>
        asBytes32(await client.readContract({ ...contract, functionName: 'idOf', args: [author, name, version] })),
      ),
  }
}
