import type { Store } from '@golem/ports'
import { encodeJson } from '@golem/protocol'
import { defaultSettings, type ProvideSettings, provideSettings } from './provide-settings.ts'

const KEY = 'lending/settings'

/** What was said of lending outlives the daemon. */
export type SettingsStore = {
  /** null where nothing was ever said. */
  read(): ProvideSettings | null
  write(settings: ProvideSettings): void
}

/** Of an older release the names that are still known count, and what is new has its default. */
export function openSettings(store: Store): SettingsStore {
  let known = read(store)
  return {
    read: () => known,
    write: (settings) => {
      store.commit([{ put: KEY, value: encodeJson(settings) }])
      known = settings
    },
  }
}

function read(store: Store): ProvideSettings | null {
  const text = store.get(KEY)
  if (text === null) return null
  const defaults = defaultSettings()
  const known = Object.entries(JSON.parse(text) as object).filter(([name]) => name in defaults)
  const result = provideSettings.safeParse({ ...defaults, ...Object.fromEntries(known) })
  return result.success ? result.data : defaults
}
