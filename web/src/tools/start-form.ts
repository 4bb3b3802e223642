import type { StartChange, StartName, StartSettings } from '@golem/api'
import { glmText, weiOf } from '../format/amounts.ts'

/** As it stands in the fields; what is empty is as the daemon does by itself. */
export type StartForm = Record<TextName, string> & Record<SwitchName, boolean> & { upnp: 'auto' | 'on' | 'off' }
type ListName = 'listen' | 'announce' | 'bootstrap' | 'gateways'
type NumberName = 'storageBytes' | 'unpaidLimitWei' | 'offerTimeoutMs' | 'glmPerEth'
type TextName = ListName | NumberName | 'runtime'
export type SwitchName = 'mdns' | 'relay' | 'bitswap'

const GIB = 1024 ** 3
const LISTS = ['listen', 'announce', 'bootstrap', 'gateways'] as const
export const SWITCHES = ['mdns', 'relay', 'bitswap'] as const

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
const shown = (value: number | null): string => (value === null ? '' : String(value))

export function formOf(settings: StartSettings): StartForm {
  const { listen, announce, bootstrap, gateways, mdns, relay, bitswap, upnp, runtime } = settings
  const { storageBytes, unpaidLimitWei, offerTimeoutMs, glmPerEth } = settings
  return {
    ...{ mdns, relay, bitswap, runtime },
    listen: (listen ?? []).join('\n'),
    announce: announce.join('\n'),
    bootstrap: bootstrap.join('\n'),
    gateways: gateways.join('\n'),
    upnp: upnp === null ? 'auto' : upnp ? 'on' : 'off',
    storageBytes: shown(Number((storageBytes / GIB).toFixed(3))),
    unpaidLimitWei: unpaidLimitWei === null ? '' : glmText(unpaidLimitWei),
    offerTimeoutMs: shown(offerTimeoutMs === null ? null : offerTimeoutMs / 1_000),
    glmPerEth: shown(glmPerEth),
  }
}

/** What was typed, in the daemon's units; null where it is empty, undefined where it is no such number. */
export const NUMBERS: Readonly<Record<NumberName, (text: string) => number | string | null | undefined>> = {
  storageBytes: (text) => numberOf(text, { times: GIB, isWhole: true }),
  unpaidLimitWei: (text) => (text.trim() === '' ? null : (weiOf(text) ?? undefined)),
  offerTimeoutMs: (text) => numberOf(text, { times: 1_000, isWhole: true }),
  glmPerEth: (text) => numberOf(text, { times: 1, isWhole: false }),
}

function numberOf(text: string, { times, isWhole }: { times: number; isWhole: boolean }): number | null | undefined {
  if (text.trim() === '') return null
  const value = Number(text) * times
  if (!Number.isFinite(value) || value < 0 || (isWhole && value === 0)) return undefined
  return isWhole ? Math.round(value) : value
}

/** What differs from how the daemon runs; null where something that was typed says nothing. */
export function changeOf(form: StartForm, settings: StartSettings): StartChange | null {
  const before = formOf(settings)
  const change: { [name in StartName]?: unknown } = {}
  const differs = (name: StartName): boolean => form[name] !== before[name]
  for (const name of LISTS) {
    const lines = linesOf(form[name])
    if (differs(name)) change[name] = lines.length === 0 ? null : lines
  }
  for (const name of SWITCHES) if (differs(name)) change[name] = form[name]
  if (differs('upnp')) change.upnp = form.upnp === 'auto' ? null : form.upnp === 'on'
  if (differs('runtime')) change.runtime = form.runtime.trim() === '' ? null : form.runtime.trim()
  for (const name of Object.keys(NUMBERS) as NumberName[]) {
    if (!differs(name)) continue
    const value = NUMBERS[name](form[name])
    if (value === undefined) return null
    change[name] = value
  }
  return change as StartChange
}
