import type { StartChange, StartSettings } from '@golem/api'
import { GolemError } from '@golem/protocol'
import type { StartApi } from '../../http/index.ts'
import { flagOf, isStartName, withRemembered } from '../../options.ts'
import { readStartFile, type StartFile } from '../../start-file.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import type { HomeChange } from '../home-change.ts'

/** How the daemon runs, where who started it did not say. */
export const createStartApi = ({ options }: DaemonParts, onChange: (change: HomeChange) => void): StartApi => ({
  start: async () => {
    const { unpaidLimitWei, listen, upnp, offerTimeoutMs, glmPerEth } = options
    const { announce, bootstrap, mdns, relay, storageBytes, gateways, bitswap, runtime } = options
    const settings: StartSettings = {
      ...{ announce, bootstrap, mdns, relay, storageBytes, gateways, bitswap, runtime },
      listen: listen ?? null,
      upnp: upnp ?? null,
      unpaidLimitWei: unpaidLimitWei?.toString() ?? null,
      offerTimeoutMs: offerTimeoutMs ?? null,
      glmPerEth: glmPerEth ?? null,
    }
    return { settings, named: [...options.named] }
  },
  changeStart: async (change) => {
    const fixed = options.named.find((name) => change[name] !== undefined)
    if (fixed !== undefined) throw named(flagOf(fixed))
    const start = changed(await readStartFile(options.home), change)
    // What is wrong with it is said before anything stops.
    withRemembered(options, start)
    setImmediate(onChange, { what: 'start', start })
  },
})

function changed(start: StartFile, change: StartChange): StartFile {
  const values = Object.entries({ ...start, ...change }).filter(
    ([name, value]) => isStartName(name) && value !== null && value !== undefined,
  )
  return Object.fromEntries(values)
}

const named = (flag: string) =>
  new GolemError({
    code: 'START_NAMED',
    message: `This daemon was started with ${flag}, which wins.`,
    remedy: `Start it without ${flag}.`,
  })
