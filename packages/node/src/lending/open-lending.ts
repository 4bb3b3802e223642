import type { Clock, Surroundings } from '@golem/ports'
import { GolemError } from '@golem/protocol'
import { createLender, type Lender, type LendingStatus, type Logger, type Provider } from '@golem/roles'
import { localTime } from './local-time.ts'
import {
  changed,
  defaultSettings,
  type ProvideChange,
  type ProvideSettings,
  toLendingSettings,
} from './provide-settings.ts'
import type { SettingsStore } from './settings-store.ts'

/** Lending on this machine: what the person said of it, the provider that does it, and who watches when. */
export type Lending = {
  settings(): ProvideSettings
  /** Whether it lends now, and why; null on a machine that never did. */
  status(): LendingStatus | null
  /** null until it lends for the first time. */
  provider(): Provider | null
  /**
   * Changes what is named, for good. Resolves when it holds.
   *
   * @throws {GolemError} what keeps a program from starting, when lending was to begin: it is then off
   */
  change(change: ProvideChange): Promise<void>
  stop(): Promise<void>
}

type Components = {
  settings: SettingsStore
  surroundings: Surroundings
  clock: Clock
  logger: Logger
  /** Makes the provider, not started. @throws {GolemError} why this machine can lend nothing */
  createProvider: (settings: ProvideSettings) => Promise<Provider>
}

/**
 * On a machine that is busy, programs of the lowest priority get no core to start on: the node is there all the same, and
 * lends when they have started.
 */
const START_PATIENCE_MS = 30_000

/**
 * A node that ever lent has its provider from the start: what it earned may still be on its way.
 *
 * @param options.change what the person says at the start
 * @throws {GolemError} as `change`, where that was to begin lending
 */
export async function openLending(components: Components, { change }: { change: ProvideChange }): Promise<Lending> {
  const { settings: store, surroundings, clock, logger } = components
  const stored = store.read()
  let settings = changed(stored ?? defaultSettings(), change)
  let running: { provider: Provider; lender: Lender } | null = null
  /** One change after another. */
  let changing: Promise<unknown> = Promise.resolve()

  const begin = async (): Promise<void> => {
    const provider = await components.createProvider(settings)
    const lender = createLender(
      { surroundings, clock, logger, localTime, lend: provider.lend },
      { settings: toLendingSettings(settings) },
    )
    running = { provider, lender }
    await lender.start()
    await startSoon(provider)
  }
  /** Resolves when it has started, or takes too long to be waited for. @throws {GolemError} what keeps it from starting */
  const startSoon = async (provider: Provider): Promise<void> => {
    const waiting = new AbortController()
    const started = provider.start().finally(() => waiting.abort())
    const late = clock.sleep(START_PATIENCE_MS, { signal: waiting.signal }).then(
      () => 'late' as const,
      () => started,
    )
    if ((await Promise.race([started, late])) !== 'late') return
    logger.warn({}, 'the programs to be lent have not started yet: this machine is busy')
    // Its status says the rest.
    started.catch((error: unknown) => logger.error({ error: String(error) }, 'lending did not begin'))
  }
  const end = async (): Promise<void> => {
    const ending = running
    running = null
    await ending?.lender.stop()
    await ending?.provider.stop()
  }
  const apply = async (change: ProvideChange): Promise<void> => {
    const before = settings
    const next = changed(settings, change)
    // Programs keep the priority that they were started with.
    if (running !== null && next.priority !== before.priority) await end()
    settings = next
    try {
      if (running === null) {
        if (next.isOn || store.read() !== null) await begin()
      } else {
        running.provider.change({ cores: next.cores, pricePerCoreHourWei: next.pricePerCoreHourWei })
        await running.lender.set(toLendingSettings(next))
      }
    } catch (error) {
      settings = { ...next, isOn: false }
      await end()
      throw error
    }
    store.write(next)
  }

  if (stored !== null || settings.isOn) {
    try {
      await begin()
      store.write(settings)
    } catch (error) {
      await end()
      if (change.isOn === true || !(error instanceof GolemError)) throw error
      logger.error({ code: error.code }, `lending does not begin: ${error.sentence}`)
    }
  }
  return {
    settings: () => settings,
    status: () => running?.lender.status() ?? null,
    provider: () => running?.provider ?? null,
    change: (change) => {
      const done = changing.then(() => apply(change))
      changing = done.catch(() => undefined)
      return done
    },
    stop: async () => {
      await changing
      await end()
    },
  }
}
