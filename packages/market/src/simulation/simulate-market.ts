import { gossip, type Market, openMarket, type Requestor } from './open-market.ts'
import { randomFrom, shuffled } from './random.ts'
import { settleBatch } from './settle-batch.ts'
import { type View, viewOf } from './view-provider.ts'
import { type Outcome, PAY_WEI, type World } from './world.ts'

const HEAVY_EVERY = 8
const HEAVY = 4

/**
 * A market of providers, requestors and witnesses (auditors), some of them hostile, over many rounds. Every choice but the
 * hostile ones' is made by the functions that the roles call; the same seed gives the same market.
 */
export function simulateMarket(world: World): Outcome {
  const market = openMarket(world)
  for (let round = 0; round < world.rounds; round += 1) {
    const nowMs = (round + 1) * world.roundMs
    renew(market, round)
    gossip(market, nowMs)
    for (const requestor of shuffled([...market.requestors], randomFrom(world.seed * 1_000 + round)))
      hireAll(market, requestor, round, nowMs)
  }
  return close(market)
}

function renew({ world, random, providers, requestors, outcome, ...market }: Market, round: number): void {
  if (world.churnEvery > 0 && round % world.churnEvery === world.churnEvery - 1) {
    const honest = providers.filter(({ isHostile }) => !isHostile)
    const leaving = honest[Math.floor(random() * honest.length)]
    if (leaving !== undefined) market.renewProvider(leaving)
  }
  for (const provider of providers) {
    provider.room = world.capacity * (provider.plan.boasts ?? 1)
    if (!provider.plan.isRenewed?.({ isCaught: provider.isCaught, round, paid: provider.paid })) continue
    market.renewProvider(provider)
    outcome.keys += 1
  }
  for (const requestor of requestors) {
    if (!requestor.plan.isRenewed?.({ round, unpaid: requestor.unpaid })) continue
    market.renewRequestor(requestor)
    outcome.keys += 1
  }
}

/** One requestor's work of one round: by effective price, checks included, as much at once as each is trusted with. */
function hireAll(market: Market, requestor: Requestor, round: number, nowMs: number): void {
  const { world, providers, doubted } = market
  const views = providers.flatMap((provider) => viewOf(market, requestor, provider, nowMs) ?? [])
  views.sort((a, b) => a.rank - b.rank)
  const pays = Array.from(
    { length: world.subtasks },
    (_, at) => (at % HEAVY_EVERY === HEAVY_EVERY - 1 ? HEAVY : 1) * PAY_WEI,
  )
  let next = 0
  // First what each is trusted with; then the heavy ones that nobody is trusted with, one each.
  let isUrgent = false
  while (next < pays.length) {
    const before = next
    for (const view of views) {
      const batch: number[] = []
      let openWei = 0
      while (view.provider.room > 0 && next < pays.length) {
        const payWei = pays[next] as number
        if ((batch.length > 0 || !isUrgent) && openWei + payWei > view.terms.unpaidWei) break
        batch.push(payWei)
        openWei += payWei
        next += 1
        view.provider.room -= 1
      }
      if (batch.length > 0) settleBatch(market, { requestor, view, round, nowMs }, batch)
    }
    const isStuck = next === before
    if (isStuck && isUrgent) break
    isUrgent = isStuck
    // Who was excluded in this round gets no more.
    for (let at = views.length - 1; at >= 0; at -= 1) {
      const { provider } = views[at] as View
      const isDoubted = doubted.delete(provider.n)
      if (provider.room <= 0 || (isDoubted && viewOf(market, requestor, provider, nowMs) === null)) views.splice(at, 1)
    }
  }
}

function close({ world, providers, requestors, outcome }: Market): Outcome {
  const side: readonly { isHostile: boolean; profitWei: number }[] =
    world.hostile.requestors > 0 && world.hostile.providers === 0 ? requestors : providers
  const mean = (isHostile: boolean): number => {
    const those = side.filter((one) => one.isHostile === isHostile)
    return those.reduce((sum, { profitWei }) => sum + profitWei, 0) / PAY_WEI / those.length
  }
  return { ...outcome, hostileProfit: mean(true), honestProfit: mean(false) }
}
