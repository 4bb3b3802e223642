import {
  type Address,
  asAddress,
  buildFundingTree,
  type ChannelKey,
  channelId,
  type Domain,
  type Funding,
  newPrivateKey,
  type Signer,
  signerFromKey,
  signVoucher,
  type Voucher,
  type Wei,
} from '@golem/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Chain, Redemption } from '../chain.ts'

/** A ledger of its own for one run of the suite. */
export type ChainPlace = {
  open(signer: Signer): Promise<Chain>
  /** Gives GLM and ETH. */
  fund(to: Address, amounts: { glmWei: Wei; gasWei: Wei }): Promise<void>
  /** Moves the ledger's time on. */
  advance(seconds: number): Promise<void>
  remove(): Promise<void>
}

const GLM = 10n ** 18n
const DAY_S = 24 * 3600

/** What every `Chain` does. Each test has accounts of its own; all share one ledger. */
export function chainCompliance(name: string, start: () => Promise<ChainPlace>): void {
  describe(`chain: ${name}`, () => {
    let place: ChainPlace
    const opened: Chain[] = []

    beforeAll(async () => {
      place = await start()
    })
    afterAll(async () => {
      for (const chain of opened) await chain.stop()
      await place.remove()
    })

    const account = async ({ glmWei = 0n, gasWei = GLM } = {}) => {
      const signer = signerFromKey(newPrivateKey())
      await place.fund(signer.address, { glmWei, gasWei })
      const chain = await place.open(signer)
      opened.push(chain)
      return { signer, chain, address: signer.address }
    }

    /** A requestor with 100 GLM in the contract, a provider, and the channel between them. */
    const parties = async (royaltyBps = 0) => {
      const requestor = await account({ glmWei: 100n * GLM })
      const provider = await account()
      await requestor.chain.deposit(100n * GLM)
      const channel: ChannelKey = {
        requestor: requestor.address,
        payee: provider.address,
        author: asAddress(signerFromKey(newPrivateKey()).address),
        royaltyBps,
      }
      const { chainId, payments } = requestor.chain.settlement
      const domain: Domain = { chainId, verifyingContract: payments }
      const voucher = (amountWei: Wei): Voucher => signVoucher(requestor.signer, domain, channel, amountWei)
      return { requestor, provider, channel, domain, voucher }
    }

    /** Posts a round with the channel's leaf in the midst of others. */
    const fund = async (
      { requestor, channel }: Awaited<ReturnType<typeof parties>>,
      { baseWei = 0n, capWei = 10n * GLM, seconds = DAY_S } = {},
    ): Promise<Funding> => {
      const id = channelId(channel)
      const other = (royaltyBps: number) => channelId({ ...channel, author: requestor.address, royaltyBps })
      const tree = buildFundingTree([
        { channel: other(1), baseWei: 0n, capWei: GLM },
        { channel: id, baseWei, capWei },
        { channel: other(2), baseWei: 0n, capWei: GLM },
      ])
      const expiryS = (await requestor.chain.now()) + seconds
      await requestor.chain.post({ root: tree.root, sumWei: tree.sumWei, expiryS })
      return { requestor: requestor.address, root: tree.root, sumWei: tree.sumWei, expiryS, ...tree.proofOf(id) }
    }

    it('deposits and withdraws exactly, and says what it cost', async () => {
      const { chain, address } = await account({ glmWei: 10n * GLM })
      const before = await chain.balances(address)
      const deposited = await chain.deposit(7n * GLM)
      const withdrawn = await chain.withdraw(2n * GLM)
      const after = await chain.balances(address)
      expect(before).toEqual({ walletWei: 10n * GLM, freeWei: 0n, gasWei: GLM })
      expect(after.walletWei).toBe(5n * GLM)
      expect(after.freeWei).toBe(5n * GLM)
      expect(after.gasWei).toBe(GLM - deposited.feeWei - withdrawn.feeWei)
      expect(deposited.gasUsed).toBeGreaterThan(0n)
      expect(withdrawn.blockNumber).toBeGreaterThan(deposited.blockNumber)
      expect(withdrawn.hash).not.toBe(deposited.hash)
    })

    it('names missing funds before anything moves', async () => {
      const rich = await account({ glmWei: GLM })
      await expect(rich.chain.deposit(2n * GLM)).rejects.toMatchObject({ code: 'FUNDS_MISSING' })
      await expect(rich.chain.withdraw(1n)).rejects.toMatchObject({ code: 'FUNDS_MISSING' })
      const without = await account({ glmWei: GLM, gasWei: 0n })
      await expect(without.chain.deposit(GLM)).rejects.toMatchObject({ code: 'FUNDS_MISSING' })
      expect(await rich.chain.balances(rich.address)).toEqual({ walletWei: GLM, freeWei: 0n, gasWei: GLM })
    })

    it('locks a round, once, and shows it to everybody', async () => {
      const all = await parties()
      const { requestor, provider } = all
      const { root, sumWei, expiryS } = await fund(all)
      expect(await provider.chain.round({ requestor: requestor.address, root, sumWei })).toEqual({
        leftWei: sumWei,
        expiryS,
      })
      expect(await provider.chain.round({ requestor: provider.address, root, sumWei })).toBeNull()
      expect((await requestor.chain.balances(requestor.address)).freeWei).toBe(100n * GLM - sumWei)
      await expect(requestor.chain.post({ root, sumWei, expiryS })).rejects.toMatchObject({ code: 'CHAIN_REVERTED' })
      const tooMuch = { root, sumWei: 100n * GLM, expiryS }
      await expect(requestor.chain.post(tooMuch)).rejects.toMatchObject({ code: 'FUNDS_MISSING' })
    })

    it('locks from the wallet what the free balance lacks', async () => {
      const { chain, address } = await account({ glmWei: 10n * GLM })
      await chain.deposit(4n * GLM)
      const root = channelId({ requestor: address, payee: address, author: address, royaltyBps: 0 })
      const expiryS = (await chain.now()) + DAY_S
      await chain.post({ root, sumWei: 6n * GLM, expiryS })
      expect(await chain.balances(address)).toMatchObject({ walletWei: 4n * GLM, freeWei: 0n })
      await expect(chain.post({ root, sumWei: 5n * GLM, expiryS })).rejects.toMatchObject({ code: 'FUNDS_MISSING' })
      expect(await chain.round({ requestor: address, root, sumWei: 6n * GLM })).toEqual({ leftWei: 6n * GLM, expiryS })
    })

    it('redeems cumulative vouchers up to the cap, each base unit once', async () => {
      const all = await parties()
      const { requestor, provider, channel, voucher } = all
      const funding = await fund(all)
      const paidAfter = async (amountWei: Wei) => {
        await provider.chain.redeem([{ voucher: voucher(amountWei), funding }])
        return (await provider.chain.channel(channel)).paidWei
      }
      expect(await paidAfter(3n * GLM)).toBe(3n * GLM)
      expect(await paidAfter(3n * GLM)).toBe(3n * GLM)
      expect(await paidAfter(2n * GLM)).toBe(3n * GLM)
      expect(await paidAfter(5n * GLM)).toBe(5n * GLM)
      expect(await paidAfter(50n * GLM)).toBe(10n * GLM)
      const round = await provider.chain.round({ ...funding, requestor: requestor.address })
      expect(round?.leftWei).toBe(funding.sumWei - 10n * GLM)
    })

    it('skips what cannot be redeemed and pays the rest of the batch', async () => {
      const all = await parties()
      const { provider, channel, domain, voucher } = all
      const funding = await fund(all)
      const good: Redemption = { voucher: voucher(GLM), funding }
      const bad: Redemption[] = [
        { voucher: signVoucher(provider.signer, domain, channel, 9n * GLM), funding },
        { voucher: { ...voucher(8n * GLM), amountWei: 9n * GLM }, funding },
        { voucher: voucher(9n * GLM), funding: { ...funding, sumWei: funding.sumWei + 1n } },
        { voucher: voucher(9n * GLM), funding: { ...funding, proof: funding.proof.slice(1) } },
        { voucher: voucher(9n * GLM), funding: { ...funding, leaf: { ...funding.leaf, capWei: 20n * GLM } } },
        { voucher: voucher(9n * GLM), funding: { ...funding, requestor: provider.address } },
        { voucher: voucher(9n * GLM), funding: { ...funding, leaf: { ...funding.leaf, capWei: 2n ** 200n } } },
        { voucher: signVoucher(provider.signer, domain, { ...channel, royaltyBps: 7 }, 9n * GLM), funding },
      ]
      await provider.chain.redeem([...bad, good, ...bad])
      expect((await provider.chain.channel(channel)).paidWei).toBe(GLM)
    })

    it('draws on a later round only when the sum below its base is paid', async () => {
      const all = await parties()
      const { provider, channel, voucher } = all
      const later = await fund(all, { baseWei: 2n * GLM })
      await provider.chain.redeem([{ voucher: voucher(5n * GLM), funding: later }])
      expect((await provider.chain.channel(channel)).paidWei).toBe(0n)
      const first = await fund(all, { capWei: 2n * GLM })
      const batch = [first, later].map((funding) => ({ voucher: voucher(5n * GLM), funding }))
      await provider.chain.redeem(batch)
      expect((await provider.chain.channel(channel)).paidWei).toBe(5n * GLM)
    })

    it('settles to absolute targets, so that a redemption that came first is not paid again', async () => {
      const all = await parties()
      const { requestor, provider, channel, voucher } = all
      const funding = await fund(all)
      await provider.chain.redeem([{ voucher: voucher(3n * GLM), funding }])
      const freeBefore = (await requestor.chain.balances(requestor.address)).freeWei
      await requestor.chain.settle([
        { channel, amountWei: 4n * GLM },
        { channel, amountWei: 4n * GLM },
      ])
      await requestor.chain.settle([{ channel, amountWei: 1n }])
      expect((await requestor.chain.balances(requestor.address)).freeWei).toBe(freeBefore - GLM)
      expect((await provider.chain.channel(channel)).paidWei).toBe(4n * GLM)
      await expect(requestor.chain.settle([{ channel, amountWei: 100n * GLM }])).rejects.toMatchObject({
        code: 'FUNDS_MISSING',
      })
    })

    it('settles from the wallet what the free balance lacks', async () => {
      const all = await parties()
      const { requestor, provider, channel } = all
      await requestor.chain.withdraw(95n * GLM)
      await requestor.chain.settle([{ channel, amountWei: 7n * GLM }])
      expect(await requestor.chain.balances(requestor.address)).toMatchObject({ walletWei: 93n * GLM, freeWei: 0n })
      expect((await provider.chain.channel(channel)).paidWei).toBe(7n * GLM)
    })

    it("collects into payee's and author's free balances, spendable at once", async () => {
      const { requestor, provider, channel } = await parties(500)
      await requestor.chain.settle([{ channel, amountWei: 10n * GLM }])
      await provider.chain.collect([channel])
      await provider.chain.collect([channel])
      expect(await provider.chain.channel(channel)).toEqual({ paidWei: 10n * GLM, collectedWei: 10n * GLM })
      expect((await provider.chain.balances(channel.author)).freeWei).toBe(GLM / 2n)
      await provider.chain.withdraw((19n * GLM) / 2n)
      expect((await provider.chain.balances(provider.address)).walletWei).toBe((19n * GLM) / 2n)
    })

    it('splits the same sums whatever the order of collections', async () => {
      const { requestor, provider, channel } = await parties(777)
      for (const amountWei of [1n, 13n, 12_345n, 12_346n, 99_999n]) {
        await requestor.chain.settle([{ channel, amountWei }])
        await provider.chain.collect([channel])
      }
      const authorWei = (99_999n * 777n) / 10_000n
      expect((await provider.chain.balances(channel.author)).freeWei).toBe(authorWei)
      expect((await provider.chain.balances(channel.payee)).freeWei).toBe(99_999n - authorWei)
    })

    it('keeps a lock until its expiry and returns the remainder then', async () => {
      const all = await parties()
      const { requestor, provider, channel, voucher } = all
      const funding = await fund(all, { seconds: 1_000 })
      await provider.chain.redeem([{ voucher: voucher(GLM), funding }])
      await expect(requestor.chain.reclaim(funding)).rejects.toMatchObject({ code: 'CHAIN_REVERTED' })
      await place.advance(1_001)
      expect(await requestor.chain.now()).toBeGreaterThanOrEqual(funding.expiryS)
      await provider.chain.redeem([{ voucher: voucher(2n * GLM), funding }])
      expect((await provider.chain.channel(channel)).paidWei).toBe(GLM)
      await requestor.chain.reclaim(funding)
      expect((await requestor.chain.balances(requestor.address)).freeWei).toBe(99n * GLM)
      expect(await requestor.chain.round(funding)).toBeNull()
    })

    it('carries out writes that are asked for at the same time, each once', async () => {
      const { requestor, channel } = await parties()
      const targets = Array.from({ length: 8 }, (_, royaltyBps) => ({
        channel: { ...channel, royaltyBps },
        amountWei: GLM,
      }))
      const receipts = await Promise.all(targets.map((target) => requestor.chain.settle([target])))
      expect(new Set(receipts.map(({ hash }) => hash)).size).toBe(8)
      expect((await requestor.chain.balances(requestor.address)).freeWei).toBe(92n * GLM)
    })

    it('goes on after a write that was refused', async () => {
      const { chain } = await account({ glmWei: GLM })
      const [refused, done] = await Promise.allSettled([chain.withdraw(1n), chain.deposit(GLM)])
      expect(refused.status).toBe('rejected')
      expect(done.status).toBe('fulfilled')
    })

    it('stops, twice if need be, and writes no more', async () => {
      const { chain } = await account({ glmWei: GLM })
      await chain.stop()
      await chain.stop()
      await expect(chain.deposit(GLM)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' })
    })
  })
}
