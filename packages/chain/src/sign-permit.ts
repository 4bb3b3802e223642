import { golemToken } from '@golem/contracts'
import { type Address, asBytes32, type Hex, type Signer, type Wei } from '@golem/protocol'
import { BaseError, hashTypedData, parseSignature } from 'viem'
import type { Client } from './account/rpc.ts'
import { isUnreachable } from './chain-error.ts'

export type Permit = { deadline: bigint; v: number; r: Hex; s: Hex }

const types = {
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
} as const

/** An EIP-2612 allowance by signature, or null where the token does not say (EIP-5267) how to sign one. */
export async function signPermit(
  { client, signer, token }: { client: Client; signer: Signer; token: Address },
  { spender, amountWei, deadlineS }: { spender: Address; amountWei: Wei; deadlineS: number },
): Promise<Permit | null> {
  const contract = { address: token, abi: golemToken.abi } as const
  let answers: readonly [readonly [Hex, string, string, bigint, Hex, Hex, readonly bigint[]], bigint]
  try {
    answers = await Promise.all([
      client.readContract({ ...contract, functionName: 'eip712Domain' }),
      client.readContract({ ...contract, functionName: 'nonces', args: [signer.address] }),
    ])
  } catch (error) {
    if (error instanceof BaseError && !isUnreachable(error)) return null
    throw error
  }
  const [[, name, version, chainId, verifyingContract], nonce] = answers
  const digest = hashTypedData({
    domain: { name, version, chainId, verifyingContract },
    types,
    primaryType: 'Permit',
    message: { owner: signer.address, spender, value: amountWei, nonce, deadline: BigInt(deadlineS) },
  })
  const { r, s, yParity } = parseSignature(signer.signDigest(asBytes32(digest)))
  return { deadline: BigInt(deadlineS), v: 27 + yParity, r, s }
}
