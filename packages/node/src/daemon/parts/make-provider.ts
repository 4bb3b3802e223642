import { cpus } from 'node:os'
import type { Sandbox } from '@golem/ports'
import type { Wei } from '@golem/protocol'
import { createProvider, type ProvidedApp, type Provider } from '@golem/roles'
import { calibrate } from '../../apps/calibrate.ts'
import type { LoadedApp } from '../../apps/load-app.ts'
import type { ProvideSettings } from '../../lending/provide-settings.ts'
import type { Part } from '../daemon-parts.ts'

type Providing = {
  speed: number
  apps: readonly LoadedApp[]
  unpaidLimitWei: Wei | undefined
  /** Whether the programs that wait since the daemon's start are its to use. */
  hasStarted: boolean
}
type ProvidingComponents = Omit<Parameters<typeof createProvider>[0], 'sandbox' | 'apps'> & { sandbox: Part<Sandbox> }

/** A provider that is not started. @throws {GolemError} why there is none */
export async function makeProvider(
  { sandbox, ...components }: ProvidingComponents,
  { speed, apps, unpaidLimitWei, hasStarted }: Providing,
  { cores, pricePerCoreHourWei, priority }: ProvideSettings,
): Promise<Provider> {
  if (sandbox.part === null) throw sandbox.trouble
  const processor = `${cpus()[0]?.model ?? 'unknown'}`
  const provided: ProvidedApp[] = []
  for (const app of apps) {
    const { started, ...rest } = app
    const waiting = hasStarted ? started : null
    const launching = { ...components, sandbox: sandbox.part, processor }
    const equivalenceClass = await calibrate(launching, app, waiting)
    // It was started as the person's own programs are.
    const isLent = priority === 'normal'
    if (!isLent) await waiting?.kill()
    provided.push({ ...rest, equivalenceClass, ...(isLent && waiting ? { started: waiting } : {}) })
  }
  return createProvider(
    { ...components, sandbox: sandbox.part, apps: provided },
    { cores, pricePerCoreHourWei, speed, priority, ...(unpaidLimitWei === undefined ? {} : { unpaidLimitWei }) },
  )
}
