import { type Address, GolemError } from '@golem/protocol'
import type { Account } from './account/open-account.ts'

/**
 * Resolves once it is known that something stands at an address. The address follows from the code of this release, so
 * that nothing else can stand there.
 *
 * @returns what asks the chain at first, and no more once the answer was yes
 * @throws {GolemError} `CONTRACT_MISSING`, `CHAIN_UNREACHABLE`
 */
export function requireContract({ client, chainId }: Account, address: Address, what: string): () => Promise<void> {
  let isThere = false
  return async () => {
    if (isThere) return
    const code = await client.getCode({ address })
    isThere = code !== undefined && code !== '0x'
    if (isThere) return
    throw new GolemError({
      code: 'CONTRACT_MISSING',
      message: `There is no ${what} on chain ${chainId} (it would be at ${address}).`,
      remedy: 'Whoever wants it there makes it with `golem chain deploy`.',
    })
  }
}
