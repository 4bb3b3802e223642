import { asBytes32, type Signer } from '@golem/protocol'
import { keccak256, parseSignature, serializeTransaction, type TransactionSerializableEIP1559 } from 'viem'
import type { Attempt, Fees, Transaction } from './transaction.ts'

type Unsigned = Pick<Transaction, 'nonce' | 'gas' | 'to' | 'data' | 'valueWei'>

/** The same transaction signed with other fees is another set of bytes, of which one can be mined. */
export function signTransaction(
  { signer, chainId }: { signer: Signer; chainId: number },
  { nonce, gas, to, data, valueWei }: Unsigned,
  { maxFeePerGas, maxPriorityFeePerGas }: Fees,
): Attempt {
  const transaction: TransactionSerializableEIP1559 = {
    type: 'eip1559',
    ...{ chainId, nonce, gas, to, data, value: valueWei, maxFeePerGas, maxPriorityFeePerGas },
  }
  const digest = asBytes32(keccak256(serializeTransaction(transaction)))
  const raw = serializeTransaction(transaction, parseSignature(signer.signDigest(digest)))
  return { hash: asBytes32(keccak256(raw)), raw, maxFeePerGas, maxPriorityFeePerGas, signedAtMs: Date.now() }
}
