import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Address, GolemError, type Hex, type Settlement, type Wei } from '@golem/protocol'
import type { RawReceipt } from './deploy-contracts.ts'
import { jsonRpc } from './json-rpc.ts'

const GAS = 100_000
const MAX_ATTEMPTS = 50

/**
 * Gives GLM and ETH on a development chain, whose node holds the keys of the account that owns everything.
 *
 * @throws {GolemError} `FAUCET_MISSING` on any other chain
 */
export async function faucet(
  { rpcUrl, settlement }: { rpcUrl: string; settlement: Settlement },
  to: Address,
  { glmWei, ethWei }: { glmWei: Wei; ethWei: Wei },
): Promise<void> {
  const [from] = await jsonRpc<Hex[]>(rpcUrl, 'eth_accounts')
  if (from === undefined) {
    throw new GolemError({
      code: 'FAUCET_MISSING',
      message: `The chain at ${rpcUrl} gives nothing away.`,
      remedy: 'Only a development chain has a faucet; elsewhere, send tokens to the address.',
    })
  }
  const word = (value: bigint) => value.toString(16).padStart(64, '0')
  const transfer = `0xa9059cbb${word(BigInt(to))}${word(glmWei)}`
  // Two equal gifts must not be one transaction.
  const gas = () => `0x${(GAS + randomInt(GAS)).toString(16)}`
  const gifts = [
    ...(ethWei > 0n ? [{ from, to, value: `0x${ethWei.toString(16)}`, gas: gas() }] : []),
    ...(glmWei > 0n ? [{ from, to: settlement.token, data: transfer, gas: gas() }] : []),
  ]
  for (const gift of gifts) {
    if ((await give(rpcUrl, gift)).status !== '0x1') {
      throw new GolemError({ code: 'CHAIN_REVERTED', message: `The faucet could not give to ${to}: it is empty.` })
    }
  }
}

/**
 * Daemons ask at the same time, and the node may pick one nonce for two of them: the loser is refused, or accepted and
 * forgotten. Either way it never happens, and is asked for again.
 */
async function give(rpcUrl: string, gift: object): Promise<RawReceipt> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const receipt = await tryGive(rpcUrl, gift)
    if (receipt !== null) return receipt
    await sleep(5 * attempt)
  }
  throw new GolemError({
    code: 'CHAIN_UNREACHABLE',
    message: 'The faucet is asked by too many at once.',
    remedy: 'Try again.',
  })
}

async function tryGive(rpcUrl: string, gift: object): Promise<RawReceipt | null> {
  let hash: Hex
  try {
    hash = await jsonRpc<Hex>(rpcUrl, 'eth_sendTransaction', [gift])
  } catch (error) {
    if (error instanceof GolemError && /already imported|underpriced|nonce too low/.test(error.message)) return null
    throw error
  }
  for (;;) {
    const isKnown = (await jsonRpc<object | null>(rpcUrl, 'eth_getTransactionByHash', [hash])) !== null
    const receipt = await jsonRpc<RawReceipt | null>(rpcUrl, 'eth_getTransactionReceipt', [hash])
    if (receipt !== null || !isKnown) return receipt
    await sleep(2)
  }
}
