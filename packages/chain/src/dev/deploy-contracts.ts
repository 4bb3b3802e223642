import { setTimeout as sleep } from 'node:timers/promises'
import { golemToken, payments } from '@golem/contracts'
import { type Address, asAddress, GolemError, type Hex, hashText, type Settlement } from '@golem/protocol'
import type { AnvilFile } from './dev-files.ts'
import { jsonRpc } from './json-rpc.ts'

/** What the node says of a mined transaction, as far as it is read here. */
export type RawReceipt = { status: Hex; contractAddress: Hex }

const GAS = '0x4c4b40' // 5,000,000

/** Deploys the token and the payment contract where this chain lacks them, or has those of another version. */
export async function deployContracts(
  rpcUrl: string,
  { chainId, deployed }: Pick<AnvilFile, 'chainId' | 'deployed'>,
): Promise<{ settlement: Settlement; deployed: AnvilFile['deployed'] }> {
  const [deployer] = await jsonRpc<Hex[]>(rpcUrl, 'eth_accounts')
  if (deployer === undefined) throw new Error('anvil has no account to deploy from')

  const ensure = async (name: string, bytecode: Hex, owner: Hex) => {
    const data = bytecode + owner.slice(2).padStart(64, '0')
    const codeHash = hashText(data)
    const known = deployed[name]
    if (
      known?.codeHash === codeHash &&
      (await jsonRpc<Hex>(rpcUrl, 'eth_getCode', [known.address, 'latest'])) !== '0x'
    ) {
      return known
    }
    return { address: await deploy(rpcUrl, deployer, data), codeHash }
  }

  const token = await ensure('GolemToken', golemToken.bytecode, deployer)
  const escrow = await ensure('Payments', payments.bytecode, token.address)
  return {
    settlement: { chainId, payments: escrow.address, token: token.address },
    deployed: { GolemToken: token, Payments: escrow },
  }
}

async function deploy(rpcUrl: string, from: Hex, data: string): Promise<Address> {
  const hash = await jsonRpc<Hex>(rpcUrl, 'eth_sendTransaction', [{ from, data, gas: GAS }])
  const receipt = await receiptOf(rpcUrl, hash)
  if (receipt.status !== '0x1') throw new GolemError({ code: 'CHAIN_REVERTED', message: 'A contract did not deploy.' })
  return asAddress(receipt.contractAddress)
}

/** Polled: anvil mines at once, but answers the transaction before its receipt is there. */
async function receiptOf(rpcUrl: string, hash: Hex): Promise<RawReceipt> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(2)) {
    const receipt = await jsonRpc<RawReceipt | null>(rpcUrl, 'eth_getTransactionReceipt', [hash])
    if (receipt !== null) return receipt
  }
  throw new GolemError({ code: 'CHAIN_UNREACHABLE', message: `Transaction ${hash} was not mined within 10 s.` })
}
