import { type Bytes32, hashText } from '@golem/protocol'
import { auditSeed } from '../trust/audit-seed.ts'
import { drawPanel, panelCapture } from '../trust/draw-panel.ts'
import { type AuditWord, isPlantFound, plantRate } from '../trust/judge-auditor.ts'
import { lossAtStake } from '../trust/loss-at-stake.ts'
import { reputationOf } from '../trust/reputation.ts'
import { LAST_SEATS } from './judge-witnesses.ts'
import { newKey, note, recordAt } from './parties.ts'
import { type Random, randomFrom } from './random.ts'
import { PAY_WEI } from './world.ts'

/** What an auditor sees of one audit before it speaks. */
export type AuditSight = { audits: number; isHostileWork: boolean; random: Random }
/** What it does: computes and says what it got; says yes with the delivered output; or says no to what is right. */
export type AuditAct = 'computes' | 'says yes' | 'says yes and is bribed' | 'denounces'
export type AuditorPlan = (sight: AuditSight) => AuditAct

export type AuditorWorld = {
  seed: number
  auditors: number
  /** The first of them. */
  hostile: number
  rounds: number
  audits: number
  feeWei: number
  stakeWei: number
  costShare: number
  /** What a provider pays to an auditor for a yes. */
  bribeWei: number
  plan: AuditorPlan
}

export const AUDITOR_WORLD: AuditorWorld = {
  seed: 1,
  auditors: 10,
  hostile: 2,
  rounds: 40,
  audits: 6,
  feeWei: PAY_WEI,
  stakeWei: 160 * PAY_WEI,
  costShare: 0.75,
  bribeWei: PAY_WEI,
  plan: () => 'computes',
}

const ROUND_MS = 12 * 3_600_000
const WRONG_SHARE = 0.1
const output = (what: string): Bytes32 => hashText(what)

/** Profit of a hostile auditor over its life, in subtasks' pay; and how many innocents were convicted by its word. */
export function simulateAuditors(world: AuditorWorld): { hostileProfit: number; plants: number; innocents: number } {
  const random = randomFrom(world.seed)
  const auditors = Array.from({ length: world.auditors }, (_, n) => ({
    n,
    key: newKey(n + 1),
    isHostile: n < world.hostile,
    stakeWei: world.stakeWei,
    profitWei: 0,
    audits: 0,
    isCaught: false,
  }))
  let [plants, innocents] = [0, 0]
  for (let round = 0; round < world.rounds; round += 1) {
    const nowMs = (round + 1) * ROUND_MS
    const serving = auditors.filter(({ isCaught }) => !isCaught)
    const seed = auditSeed({ batchRoot: output(`${world.seed}`), beacon: output(`${round}`), work: output('work') })
    const stakers = serving.map(({ key, stakeWei }) => ({ id: key.id, agedWei: BigInt(Math.round(stakeWei)) }))
    for (const id of drawPanel(stakers, { seed, seats: world.audits })) {
      const auditor = serving.find(({ key }) => key.id === id)
      if (auditor === undefined || auditor.isCaught) continue
      auditor.audits += 1
      const reputation = reputationOf([{ record: recordAt(auditor.key, 0), isOwn: true }], { nowMs, payWei: PAY_WEI })
      const lossWei = lossAtStake({
        unpaidWei: 0,
        stakeWei: auditor.stakeWei,
        standingWei: reputation.standingWei,
        ownRecentWei: 0,
        recentWei: 0,
      })
      const isPlanted = random() < plantRate({ feeWei: world.feeWei, lossWei })
      // Half of what is planted is bad. Of the rest, what hostile providers cheated.
      const isGood = isPlanted ? random() < 0.5 : random() >= WRONG_SHARE
      const right = output('right')
      const delivered = isGood ? right : output('wrong')
      const isHostileWork = !isPlanted && !isGood
      const act = auditor.isHostile ? world.plan({ audits: auditor.audits, isHostileWork, random }) : 'computes'
      auditor.profitWei +=
        world.feeWei - (act === 'computes' || act === 'denounces' ? world.costShare * world.feeWei : 0)
      if (act === 'says yes and is bribed') auditor.profitWei += world.bribeWei
      const said: AuditWord =
        act === 'computes'
          ? { isGood, output: right }
          : act === 'denounces'
            ? { isGood: false, output: output('made up') }
            : { isGood: true, output: delivered }
      if (isPlanted) {
        plants += 1
        const isFound = isPlantFound({ isGood, output: right }, said)
        note(auditor.key, 0, {
          kind: isFound ? 'accepted' : 'rejected',
          valueWei: BigInt(world.feeWei),
          atMs: nowMs,
          isProven: true,
        })
        if (!isFound) convict(auditor, world.feeWei)
        continue
      }
      // A second auditor is drawn for each audit, and the panel where they differ.
      const other = auditors[Math.floor(random() * auditors.length)]
      const agrees = other === undefined || other === auditor || (other.isHostile && act !== 'computes')
      const isWrongWord = said.isGood !== isGood || said.output !== right
      if (!isWrongWord || agrees) continue
      const isCaptured = random() < panelCapture(LAST_SEATS, world.hostile / world.auditors)
      if (!isCaptured) convict(auditor, world.feeWei)
      else if (act === 'denounces') innocents += 1
    }
  }
  const hostile = auditors.filter(({ isHostile }) => isHostile)
  const sum = hostile.reduce((total, { profitWei }) => total + profitWei, 0)
  return { hostileProfit: sum / PAY_WEI / hostile.length, plants, innocents }
}

function convict(auditor: { isCaught: boolean; stakeWei: number; profitWei: number }, feeWei: number): void {
  auditor.isCaught = true
  auditor.profitWei -= auditor.stakeWei * 0.25 + feeWei
  auditor.stakeWei *= 0.75
}

/** Ways to cheat as an auditor. */
export const AUDITOR_STRATEGIES: readonly { name: string; does: string; plan: AuditorPlan; bribeWei?: number }[] = [
  {
    name: 'lazy auditor',
    does: 'computes one audit in two',
    plan: ({ random }) => (random() < 0.5 ? 'says yes' : 'computes'),
  },
  { name: 'always yes', does: 'says yes with the output that was delivered', plan: () => 'says yes' },
  {
    name: 'lazy when trusted',
    does: 'computes until it has a standing',
    plan: ({ audits }) => (audits > 20 ? 'says yes' : 'computes'),
  },
  {
    name: 'bribed auditor',
    does: 'says yes to the work of those who bribe it',
    plan: ({ isHostileWork }) => (isHostileWork ? 'says yes and is bribed' : 'computes'),
  },
  {
    name: 'p + epsilon bribe',
    does: 'is promised its fee and a little more if it says yes and loses',
    plan: ({ isHostileWork }) => (isHostileWork ? 'says yes and is bribed' : 'computes'),
    bribeWei: 1.1 * PAY_WEI,
  },
  {
    name: 'denounces the innocent',
    does: 'says of one in five that it is wrong',
    plan: ({ random }) => (random() < 0.2 ? 'denounces' : 'computes'),
  },
  {
    name: 'verdict copier',
    does: 'waits for others to speak: what they committed to shows nothing, so it guesses',
    plan: () => 'says yes',
  },
]
