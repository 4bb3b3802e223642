import type { EvmChain, EvmRegistry } from '@golem/chain'
import { type Address, asCid, type Bytes32, GolemError, permissionBits, permissionNames } from '@golem/protocol'
import type { LoadedApp } from '../../apps/load-app.ts'
import { type Planners, planOf } from './plan.ts'

type Components = {
  chain: EvmChain
  registry: EvmRegistry
  appNamed: (name: string) => LoadedApp
  idOf: (application: string) => Promise<Bytes32>
}

/** Who an application without an author names. */
const NOBODY = `0x${'0'.repeat(40)}`

const WORDS = {
  certify: ['certified', 'Says in the name of this node that it vouches for'],
  denounce: ['denounced', 'Warns in the name of this node of'],
  retract: [null, 'Takes back what this node said of'],
} as const

export function registryActs(
  components: Components,
): Planners<'publish' | 'deprecate' | 'certify' | 'denounce' | 'retract'> {
  const { chain, registry, appNamed, idOf } = components
  const named = async (id: Bytes32): Promise<string> => {
    const app = await registry.application(id)
    if (app === null) throw unpublished(id)
    return `${app.name} ${app.version} of ${app.author}`
  }
  const judge = async (act: keyof typeof WORDS, application: string, reason: string) => {
    const id = await idOf(application)
    const [verdict, says] = WORDS[act]
    const about = `${says} ${await named(id)}, for everybody to read.`
    return planOf(chain, about, [registry.calls.judge(id, verdict, asCid(reason))], id)
  }
  return {
    publish: ({ app: name }) => {
      const { manifest, manifestCid } = appNamed(name)
      if (manifest.author !== NOBODY && manifest.author !== chain.self) throw otherAuthor(name, manifest.author)
      const permissions = permissionBits(manifest)
      const asks = permissions === 0n ? 'nothing' : permissionNames(permissions).join(', ')
      const about = `Publishes ${manifest.name} ${manifest.version} (${manifestCid}), which asks for ${asks}, for ever.`
      const { version, royaltyBps } = manifest
      const call = registry.calls.publish({
        name: manifest.name,
        version,
        manifest: manifestCid,
        permissions,
        royaltyBps,
      })
      return planOf(chain, about, [call], `${manifest.name} ${version}`)
    },
    deprecate: async ({ application, reason }) => {
      const id = await idOf(application)
      const about = `Advises against ${await named(id)}, for ever.`
      return planOf(chain, about, [registry.calls.deprecate(id, asCid(reason))], id)
    },
    certify: ({ application, reason }) => judge('certify', application, reason),
    denounce: ({ application, reason }) => judge('denounce', application, reason),
    retract: ({ application, reason }) => judge('retract', application, reason),
  }
}

export const unpublished = (what: string): GolemError =>
  new GolemError({
    code: 'APP_UNPUBLISHED',
    message: `The registry has no application ${what}.`,
    remedy: '`golem registry show` lists those that it has; `golem registry publish` adds one of this node.',
  })

const otherAuthor = (name: string, author: Address): GolemError =>
  new GolemError({
    code: 'AUTHOR_OTHER',
    message: `${name} is an application of ${author}, who alone can publish it.`,
    remedy: 'To say what you think of it, use `golem registry certify` or `denounce` once it is published.',
  })
