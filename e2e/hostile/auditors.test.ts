import type { Acted, AuditsView, TrustDetail } from '@golem/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { GolemNode } from '../src/golem-node.ts'
import { AUDITORS } from '../src/hostile/auditor-strategies.ts'
import { createStage } from '../src/hostile/stage.ts'
import { type Grid, startGrid } from '../src/index.ts'
import { until } from '../src/until.ts'
import { walletOf } from '../src/wallet-of.ts'

// Each strategy of auditors on real nodes, until it was drawn. What it costs is for simulated markets.

const PATIENCE_MS = 240_000
/** GLM: so little that whoever has it is tried by plants nearly always; those who play have more, and are drawn more often. */
const STAKE = { honest: '0.0000001', hostile: '0.0000003' }
const NAMES = Object.keys(AUDITORS) as (keyof typeof AUDITORS)[]

let grid: Grid
let hostile: ReadonlyMap<string, GolemNode>
beforeAll(async () => {
  grid = await startGrid({ providers: 2 })
  hostile = (await grid.addHostile(NAMES, { lends: false })).nodes
  const audit = async (node: GolemNode, stake: string) => {
    await node.json<Acted>(['stake', 'add', stake, '--yes'])
    await node.json<AuditsView>(['audit', 'on'])
  }
  for (const node of grid.providers) await audit(node, STAKE.honest)
  for (const node of hostile.values()) await audit(node, STAKE.hostile)
}, PATIENCE_MS)
afterAll(() => grid?.stop())
const { order } = createStage(() => grid)

const of = (name: string) => hostile.get(name) as GolemNode
const addressOf = async ({ client }: GolemNode) => (await client.status()).address
const seenOf = async (node: GolemNode) => {
  const { facts } = await grid.requestor.json<TrustDetail>(['trust', 'show', await addressOf(node)])
  return new Set(facts.map(({ kind, isProven }) => (isProven ? `${kind}, proven` : kind)))
}
const got = async () => (await grid.requestor.json<AuditsView>(['audit'])).got

/** A job whose finished work is audited: one of it, and what was planted for whoever was drawn. */
async function audited(): Promise<void> {
  const { id, done } = await order(grid.requestor, { count: 8, auditors: 'any' })
  await done()
  await until('it is audited', async () => (await got()).some(({ job }) => job === id), PATIENCE_MS)
}

it('whoever says yes to what is wrong, denounces, stays away or copies is shown to be wrong or silent, unpaid, and harms nobody', {
  timeout: 900_000,
}, async () => {
  const shows = {
    'always says yes': 'rejected, proven',
    'denounces the innocent': 'rejected, proven',
    'stays away': 'vanished',
    'copies verdicts': 'vanished',
  } as const satisfies Record<keyof typeof AUDITORS, string>
  const isShown = async (name: keyof typeof AUDITORS) => (await seenOf(of(name))).has(shows[name])
  while (!(await Promise.all(NAMES.map(isShown))).every(Boolean)) await audited()

  const wrong = (await got()).flatMap(({ words }) => words.filter(({ isWrong }) => isWrong))
  const liars = await Promise.all(['always says yes', 'denounces the innocent'].map((name) => addressOf(of(name))))
  expect(new Set(wrong.map(({ auditor }) => auditor))).toEqual(new Set(liars))
  expect(wrong.every(({ feeWei }) => feeWei === '0')).toBe(true)
  for (const name of ['stays away', 'copies verdicts'])
    expect([name, await walletOf(of(name))]).toMatchObject([name, { earnedWei: '0' }])
  for (const provider of grid.providers) {
    const seen = await seenOf(provider)
    expect([seen.has('rejected'), seen.has('rejected, proven')]).toEqual([false, false])
  }
})
