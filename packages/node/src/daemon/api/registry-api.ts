import type { RegistryApplication } from '@golem/api'
import type { PublishedApplication } from '@golem/chain'
import { permissionNames } from '@golem/protocol'
import type { RegistryApi } from '../../http/index.ts'
import { unpublished } from '../acts/registry-acts.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import { findApplications } from '../find-applications.ts'
import { reportOf } from './vettings-api.ts'

export function createRegistryApi(parts: DaemonParts): RegistryApi {
  const { chain, registry, policy, signer } = parts
  const { idOf } = findApplications(parts)
  const view = async (app: PublishedApplication): Promise<RegistryApplication> => {
    const heard = [...new Set([...policy.current().validators, signer.address])]
    const statements = await registry.statements(app.id, heard)
    const told = await Promise.all(
      statements.map(async (said) => ({
        ...said,
        vetting: await reportOf(parts, { reason: said.reason, manifest: app.manifest }),
      })),
    )
    return { ...app, permissions: permissionNames(app.permissions), statements: told }
  }
  /** @throws {GolemError} `APP_UNPUBLISHED` */
  const one = async (application: string): Promise<PublishedApplication> => {
    const app = await registry.application(await idOf(application))
    if (app === null) throw unpublished(application)
    return app
  }
  const newest = async (count: number, limit: number): Promise<PublishedApplication[]> => {
    const ids = await registry.ids(Math.max(0, count - limit), limit)
    const apps = await Promise.all(ids.reverse().map((id) => registry.application(id)))
    return apps.filter((app) => app !== null)
  }
  return {
    registry: async ({ application, limit }) => {
      const count = await registry.count()
      const apps = application === undefined ? await newest(count, limit) : [await one(application)]
      return {
        address: registry.address,
        chainId: chain.settlement.chainId,
        validators: [...policy.current().validators],
        count,
        applications: await Promise.all(apps.map(view)),
      }
    },
  }
}
