import { type Bytes32, hashText } from '@golem/protocol'
import { agreeReplicas, type Replica } from '../trust/agree-replicas.ts'
import { checkRate } from '../trust/check-rate.ts'
import { judgeMismatch } from '../trust/judge-mismatch.ts'
import { replicaCommitment } from '../trust/replica-commitment.ts'
import { addressOf } from './parties.ts'
import { randomFrom } from './random.ts'

export type ReplicaWorld = {
  seed: number
  providers: number
  /** The first of them. */
  hostile: number
  subtasks: number
  costShare: number
  /** `collude`: hostile ones deliver the same wrong output. `copy`: they wait for a neighbour's. `honest`: the twin. */
  plan: 'honest' | 'collude' | 'copy'
}

export const REPLICA_WORLD: ReplicaWorld = {
  seed: 1,
  providers: 20,
  hostile: 4,
  subtasks: 400,
  costShare: 0.75,
  plan: 'honest',
}

const CLASS = `0x${'aa'.repeat(32)}` as Bytes32
const RIGHT = hashText('right')
const AGREED = { agreeing: 2, copies: 5 }

/** Replicated work: profit of a hostile provider over its life, in subtasks' pay. Keys without stake, which others see begin anew. */
export function simulateReplicas(world: ReplicaWorld): { hostileProfit: number; wrongAccepted: number } {
  const random = randomFrom(world.seed)
  const caught = new Set<number>()
  const profits = Array.from({ length: world.providers }, () => 0)
  let wrongAccepted = 0
  for (let subtask = 0; subtask < world.subtasks; subtask += 1) {
    const asked: number[] = []
    const replicas: Replica[] = []
    const ask = (): boolean => {
      const able = profits.flatMap((_, n) => (caught.has(n) || asked.includes(n) ? [] : [n]))
      const chosen = able[Math.floor(random() * able.length)]
      if (chosen === undefined) return false
      asked.push(chosen)
      const isHostile = chosen < world.hostile && world.plan !== 'honest'
      if (!isHostile) profits[chosen] = (profits[chosen] as number) - world.costShare
      replicas.push({ provider: addressOf(chosen + 1), equivalenceClass: CLASS, output: deliver(chosen, isHostile) })
      return true
    }
    /** A copier has to commit before its neighbour serves anything: all that it can copy is a commitment, which does not open. */
    const deliver = (n: number, isHostile: boolean): Bytes32 => {
      if (!isHostile) return RIGHT
      if (world.plan === 'collude') return hashText(`wrong ${subtask}`)
      return replicaCommitment(RIGHT, addressOf(n + 2), hashText(`salt ${subtask}`))
    }
    ask()
    ask()
    let verdict = agreeReplicas(replicas, AGREED)
    while (verdict.is === 'open' && ask()) verdict = agreeReplicas(replicas, AGREED)
    if (verdict.is !== 'agreed') continue
    const { output } = verdict
    // What agrees is checked like any other, at the rate of keys that have nothing but this to lose.
    const isWrong = output !== RIGHT
    const isChecked = random() < checkRate({ payWei: 1, lossWei: 0, detection: 1 })
    for (const n of asked) {
      const isAccepted = replicas.some((one) => one.provider === addressOf(n + 1) && one.output === output)
      if (isAccepted && !(isWrong && isChecked)) profits[n] = (profits[n] as number) + 1
      const others = replicas.filter(({ provider }) => provider !== addressOf(n + 1))
      const word = judgeMismatch({
        provider: addressOf(n + 1),
        requestor: addressOf(0),
        delivered: { equivalenceClass: CLASS, output: replicas[asked.indexOf(n)]?.output ?? RIGHT },
        reexecutions: others.map((one) => ({ by: one.provider, equivalenceClass: CLASS, output: one.output })),
        isDeterministic: true,
      })
      if (word === 'penalise' || (isAccepted && isWrong && isChecked)) caught.add(n)
    }
    if (isWrong && !isChecked) wrongAccepted += 1
  }
  const hostile = profits.slice(0, world.hostile)
  return { hostileProfit: hostile.reduce((sum, profit) => sum + profit, 0) / world.hostile, wrongAccepted }
}
