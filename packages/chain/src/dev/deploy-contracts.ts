import { setTimeout as sleep } from 'node:timers/promises'
import { publicTerms } from '@golem/contracts'
import { type Address, asAddress, GolemError, type Hex, hashText, type Settlement } from '@golem/protocol'
import { FACTORY, factoryData } from '../deploy/create2.ts'
import { devTerms } from '../deploy/dev-terms.ts'
import { type Deployable, planDeployment } from '../deploy/plan-deployment.ts'
import { jsonRpc } from './json-rpc.ts'

/** What the node says of a mined transaction, as far as it is read here. */
export type RawReceipt = { status: Hex }

const GAS = '0x989680' // 10,000,000
const YEAR_2100_S = 4_102_444_800

/** The public crowdfunding's amounts; on a chain whose coin is worth nothing nobody waits for contributors. */
const { minimumWei, capWei, teamLockS } = publicTerms.crowdfunding
/**
 * Deploys what this chain lacks; another version of a contract has another address. The crowdfunding has its cap at once,
 * so that it has succeeded and the deployer holds the tokens.
 */
export async function deployContracts(rpcUrl: string, chainId: number): Promise<Settlement> {
  const [deployer] = await jsonRpc<Hex[]>(rpcUrl, 'eth_accounts')
  if (deployer === undefined) throw new Error('anvil has no account to deploy from')
  const me = asAddress(deployer)
  const terms = { startsAtS: 0, endsAtS: YEAR_2100_S, minimumWei, capWei, company: me, teamLockS }
  const plan = planDeployment({ crowdfunding: { ...terms, team: [{ member: me, share: 1 }] } }, devTerms)
  for (const { name, address, initCode } of plan.contracts) {
    const isThere = async () => (await jsonRpc<Hex>(rpcUrl, 'eth_getCode', [address, 'latest'])) !== '0x'
    if (await isThere()) continue
    await send(rpcUrl, { from: me, to: FACTORY.address, data: factoryData(initCode) })
    if (!(await isThere())) throw new GolemError({ code: 'CHAIN_REVERTED', message: `${name} did not deploy.` })
  }
  const [funding] = plan.contracts
  if (BigInt(await call(rpcUrl, plan.token, 'isOpen()')) === 0n) {
    await succeed(rpcUrl, me, (funding as Deployable).address)
  }
  return { chainId, payments: plan.payments, token: plan.token }
}

/** Contributes what is missing from the cap, with coins from nowhere, and opens the token. */
async function succeed(rpcUrl: string, from: Hex, funding: Address): Promise<void> {
  const missing = capWei - BigInt(await call(rpcUrl, funding, 'raisedWei()'))
  const balance = BigInt(await jsonRpc<Hex>(rpcUrl, 'eth_getBalance', [from, 'latest']))
  await jsonRpc(rpcUrl, 'anvil_setBalance', [from, quantity(balance + missing)])
  if (missing > 0n) await send(rpcUrl, { from, to: funding, value: quantity(missing), data: selector('contribute()') })
  await send(rpcUrl, { from, to: funding, data: selector('finalize()') })
}

const quantity = (value: bigint): Hex => `0x${value.toString(16)}`
const selector = (signature: string): string => hashText(signature).slice(0, 10)

const call = (rpcUrl: string, to: Address, signature: string): Promise<Hex> =>
  jsonRpc<Hex>(rpcUrl, 'eth_call', [{ to, data: selector(signature) }, 'latest'])

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
