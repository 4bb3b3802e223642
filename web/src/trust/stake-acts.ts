import type { DisputesView } from '@golem/api'

export type StakeAct = 'stake' | 'exit' | 'stay' | 'unstake' | 'serve' | 'resign'

type Possible = {
  can: StakeAct[]
  /** What keeps the rest from being possible; null where nothing does. */
  why: 'leaving' | 'young' | null
}

/** What can be done with a stake as it is. The chain has the last word: its clock is another. */
export function stakeActs({ stake, weightWei }: Pick<DisputesView, 'stake' | 'weightWei'>, nowS: number): Possible {
  const { totalWei, agedWei, exitsAtS } = stake
  const can: StakeAct[] = []
  if (exitsAtS === null) can.push('stake')
  if (exitsAtS !== null && exitsAtS <= nowS) can.push('unstake')
  if (exitsAtS !== null) can.push('stay')
  if (exitsAtS === null && totalWei !== '0') can.push('exit')
  // Whoever is drawn weighs what it had when it said so.
  if (exitsAtS === null && BigInt(agedWei) > BigInt(weightWei)) can.push('serve')
  if (weightWei !== '0') can.push('resign')
  if (exitsAtS !== null && exitsAtS > nowS) return { can, why: 'leaving' }
  return { can, why: exitsAtS === null && totalWei !== '0' && agedWei === '0' ? 'young' : null }
}
