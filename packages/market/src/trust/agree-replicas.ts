import type { Address, Bytes32 } from '@golem/protocol'

export type Replica = { provider: Address; equivalenceClass: Bytes32; output: Bytes32 }

export type ReplicaVerdict =
  /** These gave the result; those, of the same class, did not. Of other classes nothing is said. */
  | { is: 'agreed'; output: Bytes32; accepted: Address[]; differing: Address[] }
  /** One more is asked, of this class where one is ahead. */
  | { is: 'open'; askIn: Bytes32 | null }
  /** So many answers and no agreement: the work itself may not give the same twice. Nobody is to blame. */
  | { is: 'undecided' }

/**
 * What several results of one subtask come to. ReplicaVerdict counts inside an equivalence class, among different providers, and
 * only where more than half of that class agree.
 */
export function agreeReplicas(
  replicas: readonly Replica[],
  { agreeing, most }: { agreeing: number; most: number },
): ReplicaVerdict {
  const byProvider = new Map(replicas.map((replica) => [replica.provider, replica]))
  const classes = Map.groupBy(byProvider.values(), ({ equivalenceClass }) => equivalenceClass)
  let ahead: { askIn: Bytes32; count: number } | null = null
  for (const [askIn, members] of classes) {
    const outputs = [...Map.groupBy(members, ({ output }) => output)].sort((a, b) => b[1].length - a[1].length)
    const [output, same] = outputs[0] ?? []
    if (output === undefined || same === undefined) continue
    if (same.length >= agreeing && same.length * 2 > members.length) {
      const accepted = same.map(({ provider }) => provider)
      const differing = members.flatMap((one) => (one.output === output ? [] : [one.provider]))
      return { is: 'agreed', output, accepted, differing }
    }
    if (ahead === null || same.length > ahead.count) ahead = { askIn, count: same.length }
  }
  return byProvider.size >= most ? { is: 'undecided' } : { is: 'open', askIn: ahead?.askIn ?? null }
}
