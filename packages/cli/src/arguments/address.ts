import { InvalidArgumentError } from 'commander'

/** An account's address, as wallets show it. */
export function address(text: string): string {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return text.toLowerCase()
  throw new InvalidArgumentError('Write an address: 0x and 40 hex digits.')
}
