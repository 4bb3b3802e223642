const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** A size for people: `1 byte`, `812 bytes`, `1.5 MiB`, `50 GiB`. */
export function formatBytes(sizeBytes: number): string {
  if (sizeBytes === 1) return '1 byte'
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, sizeBytes)) / 10)))
  const value = sizeBytes / 1024 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : Number(value.toPrecision(2))} ${UNITS[power]}`
}
