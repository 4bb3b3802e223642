import type { Address, Bytes32 } from '@golem/protocol'

export type Replica = { provider: Address; equivalenceClass: Bytes32; output: Bytes32 }

export type ReplicaVerdict =
  /** These gave the result; those, of the same class, did not. Of other classes nothing is said. */
  | { is: 'agreed'; output: Bytes32; accepted: Address[]; differing: Address[] }
  /** One more is asked, in one of these classes: there it decides soonest. */
  | { is: 'open'; askIn: Bytes32[] }
  /** So many answers and no agreement: the work itself may not give the same twice. Nobody is to blame. */
  | { is: 'undecided' }

/**
 * What several results of one subtask come to. ReplicaVerdict counts inside an equivalence class, among different providers, and
 * only where more than half of that class agree.
 */
export function agreeReplicas(
  replicas: readonly Replica[],
  { agreeing, copies }: { agreeing: number; copies: number },
): ReplicaVerdict {
  const byProvider = new Map(replicas.map((replica) => [replica.provider, replica]))
  const classes = Map.groupBy(byProvider.values(), ({ equivalenceClass }) => equivalenceClass)
  let most = { askIn: [] as Bytes32[], count: 0 }
  for (const [equivalenceClass, members] of classes) {
    const outputs = [...Map.groupBy(members, ({ output }) => output)].sort((a, b) => b[1].length - a[1].length)
    const [output, same] = outputs[0] ?? []
    if (output === undefined || same === undefined) continue
    if (same.length >= agreeing && same.length * 2 > members.length) {
      const accepted = same.map(({ provider }) => provider)
      const differing = members.flatMap((one) => (one.output === output ? [] : [one.provider]))
      return { is: 'agreed', output, accepted, differing }
    }
    if (same.length > most.count) most = { askIn: [], count: same.length }
    if (same.length === most.count) most.askIn.push(equivalenceClass)
  }
  return byProvider.size >= copies ? { is: 'undecided' } : { is: 'open', askIn: most.askIn }
}
