import { setTimeout as sleep } from 'node:timers/promises'
import type { Receipt } from '@golem/ports'
import { type Address, GolemError, type Wei } from '@golem/protocol'
import type { Account } from '../account/open-account.ts'
import { broadcast } from '../account/rpc.ts'
import type { Call } from '../account/transaction.ts'
import { FACTORY, factoryData } from './create2.ts'
import {
  type Deployable,
  type DeploymentPlan,
  type DisputeTerms,
  planDeployment,
  type TokenSource,
} from './plan-deployment.ts'

export type Deployment = DeploymentPlan & {
  /** What the chain does not have yet. */
  missing: readonly Deployable[]
  /** What making it costs at the present price of gas; the deterministic deployer too, where it is missing. */
  gas: bigint
  feeWei: Wei
  hasFactory: boolean
}

/** Making the deterministic deployer takes its signer this long at most. */
const FACTORY_TIMEOUT_MS = 120_000
const POLL_MS = 250
/** For what cannot be tried before the contracts below it stand: a transaction, 16 a byte, and 200 a byte of code kept. */
const guessedGas = ({ initCode }: Deployable): bigint => 200_000n + 216n * BigInt(initCode.length / 2)

/**
 * Looks what of the contracts for a token is missing on a chain.
 *
 * @throws {GolemError} `CHAIN_UNREACHABLE`, `TOKEN_MISSING`, and `CHAIN_REVERTED` where terms contradict one another
 */
export async function prepareDeployment(
  account: Account,
  source: TokenSource,
  terms?: DisputeTerms,
): Promise<Deployment> {
  const plan = planDeployment(source, terms)
  return account.reading(async () => {
    if ('token' in source && !(await hasCode(account, source.token))) {
      throw new GolemError({
        code: 'TOKEN_MISSING',
        message: `There is no token at ${source.token} on chain ${account.chainId}.`,
        remedy: 'Check the address, or leave --token out to make a token.',
      })
    }
    const [hasFactory, ...areThere] = await Promise.all(
      [FACTORY.address, ...plan.contracts.map(({ address }) => address)].map((each) => hasCode(account, each)),
    )
    const missing = plan.contracts.filter((_, i) => areThere[i] !== true)
    const price = await account.gasPriceWei()
    let gas = 0n
    for (const [i, each] of missing.entries())
      gas += await gasOf(account, each, { isFirst: i === 0 && hasFactory === true })
    const factoryWei = hasFactory ? 0n : FACTORY.costWei
    return { ...plan, missing, hasFactory: hasFactory === true, gas, feeWei: gas * price + factoryWei }
  })
}

/** Makes what is missing. May be done again after any failure: what stands is left alone. @throws chain errors */
export async function deploy(account: Account, deployment: Deployment): Promise<Receipt[]> {
  const receipts: Receipt[] = []
  if (!deployment.hasFactory) await makeFactory(account)
  for (const each of deployment.missing) {
    // Somebody else may have made the very same contract meanwhile.
    if (await account.reading(() => hasCode(account, each.address))) continue
    receipts.push(await account.send(callOf(each), each.name))
  }
  return receipts
}

const callOf = ({ initCode }: Deployable): Call => ({
  ...{ to: FACTORY.address, data: factoryData(initCode), valueWei: 0n, what: 'deploy', amountWei: null },
})

async function gasOf({ client, self }: Account, each: Deployable, { isFirst }: { isFirst: boolean }): Promise<bigint> {
  const { to, data } = callOf(each)
  const estimate = client.estimateGas({ account: self, to, data })
  // The first depends on nothing: what it is refused for is said at once.
  return isFirst ? estimate : estimate.catch(() => guessedGas(each))
}

const hasCode = async ({ client }: Account, address: Address): Promise<boolean> =>
  ((await client.getCode({ address })) ?? '0x') !== '0x'

async function makeFactory(account: Account): Promise<void> {
  const { client, signal } = account
  const heldWei = await account.reading(() => client.getBalance({ address: FACTORY.signer }))
  if (heldWei < FACTORY.costWei) {
    const valueWei = FACTORY.costWei - heldWei
    await account.send({ to: FACTORY.signer, data: '0x', valueWei, what: 'deploy', amountWei: null }, 'the deployer')
  }
  const answer = await account.reading(() => broadcast(client, FACTORY.transaction))
  for (const deadline = Date.now() + FACTORY_TIMEOUT_MS; Date.now() < deadline; ) {
    if (await account.reading(() => hasCode(account, FACTORY.address))) return
    if (answer !== 'accepted') break
    await sleep(POLL_MS, undefined, { signal })
  }
  throw new GolemError({
    code: 'CHAIN_REVERTED',
    message: `Chain ${account.chainId} does not take the transaction that makes the deterministic deployer.`,
    remedy: `It wants ${FACTORY.address} to be there, as most chains have it.`,
  })
}
