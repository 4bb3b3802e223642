import { setTimeout as sleep } from 'node:timers/promises'
import { type ChainOptions, createChain, type DevChain, faucet } from '@golem/chain'
import { type FaultyProxy, startFaultyProxy } from '@golem/chain/faulty-proxy'
import type { Clock, Store } from '@golem/ports'
import { memoryStore } from '@golem/ports/memory'
import {
  buildFundingTree,
  type ChannelKey,
  channelId,
  domainOf,
  type Funding,
  newPrivateKey,
  signerFromKey,
  signVoucher,
  type Wei,
} from '@golem/protocol'
import { createWatch, type Watch } from '@golem/roles'

export const GLM = 10n ** 18n
/** Blocks on top, before anything is believed. */
export const CONFIRMATIONS = 4
const quick = { rpcTimeoutMs: 2_000, maxPollMs: 50, patienceMs: 500, rebroadcastMs: 300 }
const LOCK_S = 25 * 3_600

type Chain = Awaited<ReturnType<typeof createChain>>
export type MoneyWorld = Awaited<ReturnType<typeof makeMoneyWorld>>

/** A requestor and a provider on a real chain; the provider's own way to it misbehaves when told. */
export async function makeMoneyWorld(dev: DevChain) {
  const proxy: FaultyProxy = await startFaultyProxy(dev.rpcUrl)
  const [asker, doer] = [signerFromKey(newPrivateKey()), signerFromKey(newPrivateKey())]
  for (const { address } of [asker, doer]) await faucet(dev, address, { glmWei: 10n * GLM, ethWei: 10n * GLM })
  const closing: (() => Promise<unknown>)[] = []

  const rpc = async <T = unknown>(method: string, ...params: unknown[]): Promise<T> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const response = await fetch(dev.rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const told = (await response.json()) as { result: T; error?: { message: string } }
    if (told.error) throw new Error(`${method}: ${told.error.message}`)
    return told.result
  }
  const openChain = async (signer: typeof asker, rpcUrl: string, store: Store): Promise<Chain> => {
    const options: ChainOptions = { ...quick, confirmations: CONFIRMATIONS }
    const chain = await createChain({ rpcUrl, settlement: dev.settlement, signer, store }, options)
    closing.push(() => chain.stop())
    return chain
  }

  const store = memoryStore()
  const requestor = await openChain(asker, dev.rpcUrl, memoryStore())
  const channel: ChannelKey = { requestor: asker.address, payee: doer.address, author: doer.address, royaltyBps: 0 }
  const id = channelId(channel)

  const world = {
    rpc,
    proxy,
    requestor,
    channel,
    id,
    store,
    mine: async (blocks: number) => {
      for (let block = 0; block < blocks; block++) await rpc('evm_mine')
    },
    /** The provider's way to the chain, which goes through the proxy. */
    openChain: (from: Store = store) => openChain(doer, proxy.rpcUrl, from),
    openWatch: (
      chain: Chain,
      { aheadMs = 0, glmPerEth = 0, from = store }: { aheadMs?: number; glmPerEth?: number; from?: Store } = {},
    ): Watch => {
      const clock: Clock = {
        now: () => Date.now() + aheadMs,
        sleep: (ms, { signal } = {}) => sleep(ms, undefined, signal ? { signal } : {}),
      }
      const logger = { debug() {}, info() {}, warn() {}, error() {} }
      const watch = createWatch({ store: from, chain, clock, logger }, { glmPerEth })
      closing.push(() => watch.stop())
      return watch
    },
    /** Locks money for the channel, not final yet. */
    lock: async (capWei: Wei, baseWei = 0n): Promise<Funding> => {
      const tree = buildFundingTree([{ channel: id, baseWei, capWei }])
      const { root, sumWei } = tree
      const expiryS = (await requestor.now()) + LOCK_S
      await requestor.post({ root, sumWei, expiryS })
      return { requestor: asker.address, root, sumWei, expiryS, ...tree.proofOf(id) }
    },
    voucher: (amountWei: Wei) => signVoucher(asker, domainOf(dev.settlement), channel, amountWei),
    /** Work was done and accepted: the provider has a proof and a voucher. */
    earn: async (watch: Watch, amountWei: Wei): Promise<void> => {
      const funding = await world.lock(amountWei)
      await world.mine(CONFIRMATIONS)
      await watch.ledger.prove(channel, funding, () => true)
      const { change, apply } = watch.ledger.accept(world.voucher(amountWei), amountWei)
      store.commit([change])
      apply()
    },
    paid: () => requestor.channel(channel),
    freeWei: async () => (await requestor.balances(doer.address)).freeWei,
    /** Waits for what comes by itself; `nudge` is what a minute brings. */
    until: async (holds: () => boolean | Promise<boolean>, nudge: () => unknown = () => {}): Promise<void> => {
      while (!(await holds())) {
        await nudge()
        await sleep(25)
      }
    },
    close: async () => {
      for (const close of closing.splice(0).reverse()) await close()
      await proxy.stop()
    },
  }
  return world
}
