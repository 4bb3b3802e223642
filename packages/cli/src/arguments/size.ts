import { InvalidArgumentError } from 'commander'

const UNITS: Record<string, number> = {
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
}

/** Reads sizes such as `20GiB` or `500 MB`, as bytes. */
export function size(text: string): number {
  const [, value, unit] = /^(\d+(?:\.\d+)?) ?([KMGT]i?B)$/i.exec(text) ?? []
  const sizeBytes = Math.floor(Number(value) * (UNITS[unit?.toLowerCase() ?? ''] ?? Number.NaN))
  if (!(sizeBytes > 0 && Number.isSafeInteger(sizeBytes))) {
    throw new InvalidArgumentError('Write a size such as 500MB or 20GiB.')
  }
  return sizeBytes
}
