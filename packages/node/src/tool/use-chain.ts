import { type ChainFile, writeChainFile } from '@golem/api/chain-file'
import { contractsOf, createChain } from '@golem/chain'
import { type Address, newPrivateKey, signerFromKey } from '@golem/protocol'

export type UseRequest = { rpcUrl: string; token: Address; payments?: Address | undefined }

/**
 * Has a home's daemon use a chain from its next start on, after a look whether the contracts that are trusted stand there.
 *
 * @throws {GolemError} as `lookAtChain`
 */
export async function useChain(
  { home, signal }: { home: string; signal: AbortSignal },
  request: UseRequest,
): Promise<ChainFile> {
  const file = await lookAtChain(request, signal)
  await writeChainFile(home, file)
  return file
}

/** @throws {GolemError} `CHAIN_UNREACHABLE`, `CHAIN_MISMATCH` */
export async function lookAtChain(request: UseRequest, signal: AbortSignal): Promise<ChainFile> {
  const { rpcUrl, token, payments = contractsOf(token).payments } = request
  // Nothing is signed: any key will do.
  const signer = signerFromKey(newPrivateKey())
  const chain = await createChain({ rpcUrl, signer, settlement: { token, payments } }, { signal })
  await chain.stop()
  return { rpcUrl, chainId: chain.settlement.chainId, token, payments }
}
