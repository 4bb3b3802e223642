import type { CrowdfundView } from '@golem/api'

export type CrowdfundAct = 'contribute' | 'finalize' | 'refund'
/** `succeeded`: anybody opens the tokens; `over`: they move. */
export type CrowdfundStage = 'early' | 'open' | 'failed' | 'succeeded' | 'over'

export function stageOf({ state, isFinalized, startsAtS }: CrowdfundView, nowS: number): CrowdfundStage {
  if (state === 'funding') return nowS < startsAtS ? 'early' : 'open'
  if (state === 'failure') return 'failed'
  return isFinalized ? 'over' : 'succeeded'
}

/** What can be done at this moment. */
export function actsOf(view: CrowdfundView, nowS: number): CrowdfundAct[] {
  switch (stageOf(view, nowS)) {
    case 'open':
      return ['contribute']
    case 'succeeded':
      return ['finalize']
    case 'failed':
      return view.contributedWei === '0' ? [] : ['refund']
    case 'early':
    case 'over':
      return []
  }
}
