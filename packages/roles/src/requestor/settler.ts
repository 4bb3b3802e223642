import { gasInGlm, planSettlement } from '@golem/market'
import type { Chain, Clock, Receipt } from '@golem/ports'
import { type Bytes32, type ChannelKey, channelId, type Wei } from '@golem/protocol'
import type { Logger } from '../logger.ts'
import type { Treasury } from './treasury.ts'

/**
 * Pays what was promised by the requestor's own, cheaper way. Targets are absolute: whichever comes first, a settlement
 * or a voucher, the other pays only what is missing.
 */
export type Settler = {
  /**
   * Decides which of these channels are settled in the next moments, and begins with it. Never throws: what is not
   * settled here is paid by vouchers.
   */
  begin(channels: readonly ChannelKey[], why: string): Promise<ReadonlySet<Bytes32>>
  /** All channels in which more is promised than paid. @throws chain errors */
  owed(): Promise<{ channel: ChannelKey; amountWei: Wei; paidWei: Wei }[]>
  /** Settles all of them; null where nothing is owed. @throws {GolemError} `FUNDS_MISSING`, chain errors */
  settleAll(why: string): Promise<Receipt | null>
  /** Resolves when nothing is under way. */
  stop(): Promise<void>
}

type Components = { treasury: Treasury; chain: Chain; clock: Clock; logger: Logger }
type Options = {
  /** What an ETH is worth in GLM, to weigh gas by; 0 where gas is worth nothing. */
  glmPerEth: number
}

/** A chain that is slower leaves it to the vouchers: providers wait to be told. */
const DECIDE_MS = 3_000
/** Channels that the chain is asked about at once. */
const AT_ONCE = 32

export function createSettler({ treasury, chain, clock, logger }: Components, { glmPerEth }: Options): Settler {
  const underWay = new Set<Promise<void>>()

  const statesOf = async (channels: readonly ChannelKey[]) => {
    const states: { channel: ChannelKey; amountWei: Wei; paidWei: Wei }[] = []
    for (let i = 0; i < channels.length; i += AT_ONCE) {
      const some = await Promise.all(
        channels.slice(i, i + AT_ONCE).map(async (channel) => {
          const { paidWei } = await chain.channel(channel)
          return { channel, amountWei: treasury.latest(channel)?.amountWei ?? 0n, paidWei }
        }),
      )
      states.push(...some)
    }
    return states
  }
  const owed = async () => {
    const states = await statesOf(treasury.channels())
    return states.filter(({ amountWei, paidWei }) => amountWei > paidWei)
  }

  const plan = async (channels: readonly ChannelKey[]) => {
    const [states, { freeWei, walletWei }, gasPriceWei] = await Promise.all([
      statesOf([...new Map(channels.map((channel) => [channelId(channel), channel])).values()]),
      chain.balances(chain.self),
      glmPerEth === 0 ? 0n : chain.gasPriceWei(),
    ])
    const chosen = planSettlement({
      channels: states.map((state) => ({ id: state, promisedWei: state.amountWei, paidWei: state.paidWei })),
      freeWei,
      walletWei,
      gasWei: gasInGlm(gasPriceWei, glmPerEth),
    })
    return chosen.map(({ channel, amountWei }) => ({ channel, amountWei }))
  }

  return {
    begin: async (channels, why) => {
      if (channels.length === 0) return new Set()
      const late = new AbortController()
      const tooLate = clock.sleep(DECIDE_MS, { signal: late.signal }).then(
        () => [],
        () => [],
      )
      const targets = await Promise.race([plan(channels), tooLate]).catch((error: unknown) => {
        logger.warn({ error: String(error) }, 'nothing is settled: the vouchers pay')
        return []
      })
      late.abort()
      if (targets.length === 0) return new Set()
      const settling = chain.settle(targets, why).then(
        ({ hash }) => logger.info({ transaction: hash, channels: targets.length }, 'settled what was promised'),
        (error: unknown) => logger.warn({ error: String(error) }, 'a settlement failed: the vouchers pay'),
      )
      underWay.add(settling)
      void settling.finally(() => underWay.delete(settling))
      return new Set(targets.map(({ channel }) => channelId(channel)))
    },
    owed,
    settleAll: async (why) => {
      const targets = await owed()
      return targets.length === 0 ? null : chain.settle(targets, why)
    },
    stop: async () => {
      await Promise.all(underWay)
    },
  }
}
