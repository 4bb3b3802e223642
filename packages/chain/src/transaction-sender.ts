import { type Address, asAddress, type Hex } from '@golem/protocol'
import { recoverTransactionAddress } from 'viem'

/** Who signed a raw transaction, or null where it is none. */
export async function transactionSender(raw: string): Promise<Address | null> {
  try {
    const serializedTransaction = raw as Hex as Parameters<typeof recoverTransactionAddress>[0]['serializedTransaction']
    return asAddress(await recoverTransactionAddress({ serializedTransaction }))
  } catch {
    return null
  }
}
