/** Enough of an address to tell providers apart: `0x7099…79c8`. */
export const shortAddress = (address: string): string =>
  address.length <= 12 ? address : `${address.slice(0, 6)}…${address.slice(-4)}`
