import { expect, it } from 'vitest'
import { gainOf } from '../src/simulation/gain.ts'
import { judgeWitnesses } from '../src/simulation/judge-witnesses.ts'
import { addressOf } from '../src/simulation/parties.ts'
import { randomFrom } from '../src/simulation/random.ts'
import { AUDITOR_STRATEGIES, AUDITOR_WORLD, simulateAuditors } from '../src/simulation/simulate-auditors.ts'
import { REPLICA_WORLD, simulateReplicas } from '../src/simulation/simulate-replicas.ts'
import { panelCapture } from '../src/trust/draw-panel.ts'
import { say } from './say.ts'

const SEEDS = Array.from({ length: 100 }, (_, at) => at + 1)

it.each(AUDITOR_STRATEGIES.map((strategy) => [strategy.name, strategy] as const))(
  '%s does not pay',
  { timeout: 600_000 },
  (_, strategy) => {
    let innocents = 0
    const gains = SEEDS.map((seed) => {
      const world = { ...AUDITOR_WORLD, seed }
      const { bribeWei = world.bribeWei, plan } = strategy
      const hostile = simulateAuditors({ ...world, plan, bribeWei })
      innocents += hostile.innocents
      return hostile.hostileProfit - simulateAuditors(world).hostileProfit
    })
    const { mean, upper } = gainOf(gains)
    say(`auditor ${strategy.name}: ${mean.toFixed(1)} less than its honest twin, at most ${upper.toFixed(2)} (95 %)`)
    expect(upper, strategy.does).toBeLessThanOrEqual(0)
    expect(innocents).toBe(0)
  },
)

it.each(['collude', 'copy'] as const)('replicas that %s do not pay', { timeout: 600_000 }, (plan) => {
  const gains = SEEDS.map((seed) => {
    const world = { ...REPLICA_WORLD, seed }
    return simulateReplicas({ ...world, plan }).hostileProfit - simulateReplicas(world).hostileProfit
  })
  const { mean, upper } = gainOf(gains)
  say(`replicas, ${plan}: ${mean.toFixed(1)} less than their honest twins, at most ${upper.toFixed(2)} (95 %)`)
  expect(upper).toBeLessThanOrEqual(0)
})

it('convicts no innocent in 10,000 disputes with a fifth of the stake against it, and nearly every cheat', () => {
  const random = randomFrom(2_027)
  const dispute = (isWrong: boolean) =>
    judgeWitnesses({
      random,
      witnesses: 10,
      hostile: 2,
      provider: addressOf(1),
      requestor: addressOf(2),
      isWrong,
      isShielded: isWrong,
      isFramed: !isWrong,
      isUncertified: false,
    }).isConvicted
  const count = (isWrong: boolean) => Array.from({ length: 10_000 }, () => dispute(isWrong)).filter(Boolean).length
  const [innocents, cheats] = [count(false), count(true)]
  say(`of 10,000 innocents ${innocents} were convicted, of 10,000 cheats ${cheats}`)
  expect(innocents).toBe(0)
  expect(cheats).toBeGreaterThan(9_000)
})

it('convicts nobody for a job that answers by the processor', () => {
  const random = randomFrom(2_028)
  const frame = { random, witnesses: 10, hostile: 2, provider: addressOf(1), requestor: addressOf(2) }
  const flags = { isWrong: false, isShielded: false, isFramed: true, isUncertified: true }
  const convicted = Array.from({ length: 10_000 }, () => judgeWitnesses({ ...frame, ...flags }).isConvicted)
  expect(convicted.filter(Boolean)).toEqual([])
})

it('says how often a panel is captured, by its size and by the hostile share', () => {
  for (const seats of [1, 3, 5, 9, 18, 36]) {
    const chances = [0.1, 0.2, 0.3, 0.4, 0.5].map((share) => panelCapture(seats, share).toExponential(1))
    say(`panel of ${String(seats).padStart(2)} at 10, 20, 30, 40, 50 %: ${chances.join('  ')}`)
  }
  expect(panelCapture(36, 0.2)).toBeLessThan(1e-4)
})
