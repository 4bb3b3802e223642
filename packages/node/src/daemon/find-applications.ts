import type { EvmRegistry } from '@golem/chain'
import { type Address, asBytes32, type Bytes32, GolemError } from '@golem/protocol'
import type { LoadedApp } from '../apps/load-app.ts'
import type { PolicyStore } from '../policy/open-policy.ts'
import { unpublished } from './acts/registry-acts.ts'

type Components = {
  apps: { loaded: readonly LoadedApp[] }
  registry: EvmRegistry
  policy: PolicyStore
  signer: { address: Address }
}

export type FindApplications = {
  /** @throws {GolemError} `APP_UNKNOWN` */
  appNamed(name: string): LoadedApp
  /**
   * The id in the registry of an application that is named by it, or by name or CID as one of this node: as its author,
   * this node, or a validator that it believes published it, in this order.
   *
   * @throws {GolemError} `APP_UNKNOWN`, `APP_UNPUBLISHED`
   */
  idOf(application: string): Promise<Bytes32>
}

/** Applications, by what a person calls them. */
export function findApplications({ apps, registry, policy, signer }: Components): FindApplications {
  const appNamed = (name: string): LoadedApp => {
    const app = apps.loaded.find(({ manifest, manifestCid }) => manifest.name === name || manifestCid === name)
    if (app !== undefined) return app
    throw new GolemError({
      code: 'APP_UNKNOWN',
      message: `This node has no application ${JSON.stringify(name)}.`,
      remedy: `It has: ${apps.loaded.map((each) => each.name).join(', ') || 'none'}. Others go by their id in the registry.`,
    })
  }
  return {
    appNamed,
    idOf: async (application) => {
      if (/^0x[0-9a-fA-F]{64}$/.test(application)) return asBytes32(application)
      const { manifest, manifestCid } = appNamed(application)
      const publishers = [manifest.author, signer.address, ...policy.current().validators]
      const id = await registry.idByManifest(publishers, manifestCid)
      if (id === null) throw unpublished(`${manifest.name} (${manifestCid})`)
      return id
    },
  }
}
