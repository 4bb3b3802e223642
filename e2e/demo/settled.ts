import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@golem/api/client'
import type { Address } from '@golem/protocol'
import { type Holdings, type Ledger, totalOf } from './ledger.ts'

const LOOK_MS = 100
const PATIENCE_MS = 60_000

/** A provider, with what it had before and what was promised to it by vouchers. */
export type Earner = { client: Client; address: Address; before: Holdings; promisedWei: bigint }

/**
 * Waits until every provider has redeemed its vouchers on chain: it is owed nothing more, and the chain gives it what
 * was promised.
 *
 * @returns false where that has not come about in a minute
 */
export async function untilSettled(ledger: Ledger, earners: readonly Earner[]): Promise<boolean> {
  for (const patience = Date.now() + PATIENCE_MS; Date.now() < patience; await sleep(LOOK_MS)) {
    const settled = await Promise.all(earners.map((earner) => isSettled(ledger, earner)))
    if (settled.every(Boolean)) return true
  }
  return false
}

async function isSettled(ledger: Ledger, { client, address, before, promisedWei }: Earner): Promise<boolean> {
  const { owedToMeWei } = await client.wallet()
  if (BigInt(owedToMeWei) !== 0n) return false
  return totalOf(await ledger.holdings(address)) - totalOf(before) === promisedWei
}
