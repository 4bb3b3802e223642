import { cpus } from 'node:os'
import type { Sandbox } from '@golem/ports'
import { createProvider, type ProvidedApp, type Provider } from '@golem/roles'
import { calibrate } from '../../apps/calibrate.ts'
import type { LoadedApp } from '../../apps/load-app.ts'
import type { DaemonOptions } from '../../options.ts'
import type { Part } from '../daemon-parts.ts'
import type { Release } from './release.ts'

type Providing = {
  options: DaemonOptions
  speed: number
  apps: readonly LoadedApp[]
  lentCode: (app: LoadedApp) => string | null
}
type ProvidingComponents = Omit<Parameters<typeof createProvider>[0], 'sandbox' | 'apps'> & { sandbox: Part<Sandbox> }

export async function startProviding(
  { sandbox, ...components }: ProvidingComponents,
  { options, speed, apps, lentCode }: Providing,
  releases: Release[],
): Promise<Part<Provider>> {
  if (sandbox.part === null) return { part: null, trouble: sandbox.trouble }
  const running = sandbox.part
  const processor = `${cpus()[0]?.model ?? 'unknown'}`
  const provided: ProvidedApp[] = []
  for (const app of apps) {
    const equivalenceClass = await calibrate({ store: components.store, processor }, app)
    const codePath = lentCode(app)
    const { started, ...rest } = app
    provided.push({
      ...rest,
      codePath,
      equivalenceClass,
      ...(codePath === app.codePath && started !== null ? { started } : {}),
    })
  }
  const part = createProvider(
    { ...components, sandbox: running, apps: provided },
    {
      cores: options.cores,
      pricePerCoreHourWei: options.pricePerCoreHourWei,
      speed,
      // Each lent core begins its first subtask without the start of a program.
      warm: options.cores,
    },
  )
  releases.push(() => part.stop())
  await part.start()
  return { part, trouble: null }
}
