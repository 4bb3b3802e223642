import type { BenchmarkContext } from './benchmark.ts'
import { measureCollect, measurePost, measureRedeem, measureSettle } from './gas/measure-escrow.ts'
import { type ByCount, measurePeers } from './gas/measure-peers.ts'
import { openDesk } from './gas/open-desk.ts'
import { alone, beside, type Result } from './result.ts'

const COUNTS = [1, 10, 50, 200]
/** Goals are for batches of this many. */
const BATCH = 50
/**
 * One storage slot of the payee's, changed or made, and 32 bytes of calldata; its part of a transaction comes on top. Less
 * is hardly possible.
 */
const LIMITS = { paid: 5_000 + 32 * 16, fresh: 22_100 + 32 * 16 }

/** Gas for each payee, channel or round, on the development chain; exact, so that one run says it all. */
export async function* run({ note }: BenchmarkContext): AsyncGenerator<Result> {
  const desk = await openDesk()
  try {
    note('paying by classic and by present Golem ...')
    const { classic, present } = await measurePeers(desk, COUNTS)
    note('settling ...')
    const { fresh, paid } = await measureSettle(desk, COUNTS)
    for (const [name, values, state, goal50] of [
      ['payee paid before', paid, 'paid', 6_500],
      ['new payee', fresh, 'fresh', 20_500],
    ] as const) {
      for (const [count, value] of values) {
        const measured = gas(`settle, ${name}, N = ${count}`, value)
        const goal = count === BATCH ? goal50 : null
        yield { ...beside(measured, { name: 'classic Golem', value: of(classic[state], count) }, null), goal }
        yield { ...beside(measured, { name: 'present Golem', value: of(present[state], count) }, null), goal }
        yield { ...beside(measured, { name: 'limit', value: LIMITS[state] + 21_000 / count }, null), goal }
      }
    }
    note('collecting ...')
    const collected = await measureCollect(desk, COUNTS)
    yield* byCount('collect, channel', collected, (count) => (count === BATCH ? 8_000 : null))
    note('posting ...')
    const { post, depositAndPost } = await measurePost(desk, COUNTS)
    yield* byCount('post, whole round', post, () => 55_000)
    yield* byCount('deposit and post, whole round', depositAndPost, () => 72_000)
    note('redeeming ...')
    const redeemed = await measureRedeem(desk, BATCH)
    yield alone(gas('redeem of 1,000 leaves, alone', redeemed.paid.alone), 60_000)
    yield alone(gas(`redeem of 1,000 leaves, N = ${BATCH}`, redeemed.paid.inBatch), 31_000)
    yield alone(gas('redeem of 1,000 leaves, new channel, alone', redeemed.fresh.alone), null)
    yield alone(gas(`redeem of 1,000 leaves, new channel, N = ${BATCH}`, redeemed.fresh.inBatch), null)
  } finally {
    await desk.close()
  }
}

const gas = (name: string, value: number) => ({ name, value, unit: 'gas', better: 'lower' }) as const

function* byCount(name: string, values: ByCount, goalOf: (count: number) => number | null): Generator<Result> {
  for (const [count, value] of values) yield alone(gas(`${name}, N = ${count}`, value), goalOf(count))
}

function of(values: ByCount, count: number): number {
  const value = values.get(count)
  if (value === undefined) throw new RangeError(`nothing was measured for ${count}`)
  return value
}
