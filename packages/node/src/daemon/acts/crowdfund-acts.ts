import type { Crowdfunding, EvmChain } from '@golem/chain'
import { formatGlm } from '@golem/protocol'
import { type Planners, planOf } from './plan.ts'

const TOKENS_PER_ETH = 1_000n

type Components = { chain: EvmChain; crowdfunding: Crowdfunding }

export function crowdfundActs({ chain, crowdfunding }: Components): Planners<'contribute' | 'finalize' | 'refund'> {
  const { calls } = crowdfunding
  return {
    contribute: async ({ amountWei }) => {
      const wei = BigInt(amountWei)
      const tokens = formatGlm(wei * TOKENS_PER_ETH)
      const about =
        `Contributes ${formatGlm(wei)} ETH to the crowdfunding, for ${tokens} GLM that move once it has succeeded. ` +
        'What exceeds its cap comes back at once; all of it comes back if it fails.'
      return planOf(chain, about, [await calls.contribute(wei)], 'crowdfunding')
    },
    finalize: async () => {
      const about = 'Ends the crowdfunding after its success: team and company get their tokens, and all tokens move.'
      return planOf(chain, about, [await calls.finalize()], 'crowdfunding')
    },
    refund: async () => {
      const { contributedWei } = await crowdfunding.status()
      const about = `Takes back the ${formatGlm(contributedWei)} ETH that this node contributed, for its tokens.`
      return planOf(chain, about, [await calls.refund()], 'crowdfunding')
    },
  }
}
