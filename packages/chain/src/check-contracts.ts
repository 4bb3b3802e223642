import { payments } from '@golem/contracts'
import { asAddress, asBytes32, type Hex, type Settlement, voucherDigest } from '@golem/protocol'
import type { Account } from './account/open-account.ts'
import { mismatch } from './chain-error.ts'

type Deployed = { deployed: Hex; immutables: readonly (readonly [start: number, length: number])[] }
/** The code that is trusted with money: of this release. */
const TRUSTED: readonly Deployed[] = [payments]

const PROBE = { channel: asBytes32(`0x${'5a'.repeat(32)}`), amountWei: 90n }

/**
 * The right contract stands on the chain: its code is the one that this release knows, byte for byte; it is for this
 * token; and it takes vouchers that are signed for this chain and address.
 *
 * @throws {GolemError} `CHAIN_MISMATCH`, `CHAIN_UNREACHABLE`
 */
export async function checkContracts({ client, reading }: Account, settlement: Settlement): Promise<void> {
  const { payments: address, token, chainId } = settlement
  const escrow = { address, abi: payments.abi } as const
  const { channel, amountWei } = PROBE
  await reading(async () => {
    const code = await client.getCode({ address })
    if (code === undefined) throw mismatch(`There is no payment contract at ${address} on chain ${chainId}.`)
    if (!TRUSTED.some((known) => isSameCode(code, known)))
      throw mismatch(`What stands at ${address} on chain ${chainId} is no payment contract that this Golem knows.`)
    const [holds, digest] = await Promise.all([
      client.readContract({ ...escrow, functionName: 'token' }),
      client.readContract({ ...escrow, functionName: 'voucherDigest', args: [channel, amountWei] }),
    ])
    if (asAddress(holds) !== token)
      throw mismatch(`The payment contract at ${address} is for the token ${asAddress(holds)}, not for ${token}.`)
    // The code alone does not say so: what is computed when it is deployed can be forged.
    if (digest !== voucherDigest({ chainId, verifyingContract: address }, channel, amountWei))
      throw mismatch(`The payment contract at ${address} would not take vouchers of chain ${chainId}.`)
  })
}

/** But for the places that are filled when it is deployed. */
function isSameCode(code: Hex, { deployed, immutables }: Deployed): boolean {
  const without = (text: string) =>
    immutables.reduce((left, [start, length]) => {
      const at = 2 + 2 * start
      return left.slice(0, at) + '0'.repeat(2 * length) + left.slice(at + 2 * length)
    }, text)
  return code.length === deployed.length && without(code.toLowerCase()) === without(deployed.toLowerCase())
}
