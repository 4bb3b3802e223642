import { setTimeout as sleep } from 'node:timers/promises'
import { applicationRegistry, blacklist, crowdfunding, disputes, payments, publicTerms, stake } from '@golem/contracts'
import { type Address, asAddress, GolemError, type Hex, hashText, type Settlement } from '@golem/protocol'
import type { AnvilFile } from './dev-files.ts'
import { jsonRpc } from './json-rpc.ts'

/** What the node says of a mined transaction, as far as it is read here. */
export type RawReceipt = { status: Hex; contractAddress: Hex }

const GAS = '0x989680' // 10,000,000
const HOUR_S = 3_600
const YEAR_2100_S = 4_102_444_800
const ETHER = 10n ** 18n

/** The public crowdfunding's amounts; on a chain whose coin is worth nothing nobody waits for contributors. */
const { minimumWei, capWei, teamLockS } = publicTerms.crowdfunding
/** Hours where a public network has days, so that a whole dispute fits into an evening. */
const STAKE_TIMES_S = [4, 1, 2, 0, 0].map((hours) => hours * HOUR_S)
const DISPUTE_TIMES_S = [600, 600, 600, 300, 600]

/**
 * Deploys what this chain lacks, or has in another version. The crowdfunding has its cap at once, so that it has succeeded
 * and the deployer holds the tokens.
 */
export async function deployContracts(
  rpcUrl: string,
  { chainId, deployed }: Pick<AnvilFile, 'chainId' | 'deployed'>,
): Promise<{ settlement: Settlement; deployed: AnvilFile['deployed'] }> {
  const [deployer] = await jsonRpc<Hex[]>(rpcUrl, 'eth_accounts')
  if (deployer === undefined) throw new Error('anvil has no account to deploy from')

  const ensure = async (name: string, bytecode: Hex, args: readonly Argument[] = []) => {
    const data = bytecode + words(args)
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

  // The tuple of terms, with the two lists (one member, one share) behind it.
  const fixed = [0, YEAR_2100_S, minimumWei, capWei, deployer, teamLockS]
  const funding = await ensure('Crowdfunding', crowdfunding.bytecode, [0x20, ...fixed, 0x100, 0x140, 1, deployer, 1, 1])
  const token = asAddress(`0x${(await call(rpcUrl, funding.address, 'token()')).slice(-40)}`)
  if (BigInt(await call(rpcUrl, token, 'isOpen()')) === 0n) await succeed(rpcUrl, deployer, funding.address)

  const escrow = await ensure('Payments', payments.bytecode, [token])
  const registry = await ensure('ApplicationRegistry', applicationRegistry.bytecode)
  const lists = await ensure('Blacklist', blacklist.bytecode)
  const stakes = await ensure('Stake', stake.bytecode, [token, escrow.address, ...STAKE_TIMES_S])
  const panels = await ensure('Disputes', disputes.bytecode, [stakes.address, ETHER, 3, ...DISPUTE_TIMES_S])
  return {
    settlement: { chainId, payments: escrow.address, token },
    deployed: {
      Crowdfunding: funding,
      Payments: escrow,
      ApplicationRegistry: registry,
      Blacklist: lists,
      Stake: stakes,
      Disputes: panels,
    },
  }
}

/** Contributes what is missing from the cap, with coins from nowhere, and opens the token. */
async function succeed(rpcUrl: string, from: Hex, funding: Address): Promise<void> {
  const missing = capWei - BigInt(await call(rpcUrl, funding, 'raisedWei()'))
  const balance = BigInt(await jsonRpc<Hex>(rpcUrl, 'eth_getBalance', [from, 'latest']))
  await jsonRpc(rpcUrl, 'anvil_setBalance', [from, quantity(balance + missing)])
  if (missing > 0n) await send(rpcUrl, { from, to: funding, value: quantity(missing), data: selector('contribute()') })
  await send(rpcUrl, { from, to: funding, data: selector('finalize()') })
}

type Argument = Hex | bigint | number

const quantity = (value: bigint): Hex => `0x${value.toString(16)}`
const words = (args: readonly Argument[]): string =>
  args.map((value) => BigInt(value).toString(16).padStart(64, '0')).join('')
const selector = (signature: string): string => hashText(signature).slice(0, 10)

const call = (rpcUrl: string, to: Address, signature: string): Promise<Hex> =>
  jsonRpc<Hex>(rpcUrl, 'eth_call', [{ to, data: selector(signature) }, 'latest'])

const deploy = async (rpcUrl: string, from: Hex, data: string): Promise<Address> =>
  asAddress((await send(rpcUrl, { from, data })).contractAddress)

async function send(rpcUrl: string, transaction: object): Promise<RawReceipt> {
  const hash = await jsonRpc<Hex>(rpcUrl, 'eth_sendTransaction', [{ ...transaction, gas: GAS }])
  const receipt = await receiptOf(rpcUrl, hash)
  if (receipt.status !== '0x1') throw new GolemError({ code: 'CHAIN_REVERTED', message: 'A contract did not deploy.' })
  return receipt
}

/** Polled: anvil mines at once, but answers the transaction before its receipt is there. */
async function receiptOf(rpcUrl: string, hash: Hex): Promise<RawReceipt> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(2)) {
    const receipt = await jsonRpc<RawReceipt | null>(rpcUrl, 'eth_getTransactionReceipt', [hash])
    if (receipt !== null) return receipt
  }
  throw new GolemError({ code: 'CHAIN_UNREACHABLE', message: `Transaction ${hash} was not mined within 10 s.` })
}
