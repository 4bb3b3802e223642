const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

export function bytes(size: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, size)) / 10)))
  const value = size / 1024 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : Number(value.toPrecision(2))} ${UNITS[power]}`
}

type DurationUnit = 'day' | 'hour' | 'minute' | 'second'

/** `3 min 20 s`, in the two largest units and the reader's language. */
export function duration(ms: number, language: string): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  const parts: [number, DurationUnit][] = [
    [Math.floor(seconds / 86_400), 'day'],
    [Math.floor(seconds / 3_600) % 24, 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
    [seconds % 60, 'second'],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  if (first < 0) return unit(0, 'second', language)
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, name]) => unit(count, name, language))
    .join(' ')
}

const unit = (count: number, name: DurationUnit, language: string): string =>
  new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short' }).format(count)

export const dateTime = (ms: number, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(ms)

export const timeOfDay = (ms: number, language: string): string =>
  new Intl.DateTimeFormat(language, { timeStyle: 'medium' }).format(ms)

export const number = (value: number, language: string, digits = 1): string =>
  new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)

export const percent = (share: number, language: string): string =>
  new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(share)

/** Enough of an address to tell one from another. */
export const shortAddress = (address: string): string =>
  address.length <= 12 ? address : `${address.slice(0, 6)}…${address.slice(-4)}`
