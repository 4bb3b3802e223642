import type { CrowdfundView } from '@golem/api'
import { formatGlm } from '@golem/protocol/amount'
import type { Cli, Outcome } from '../../cli.ts'
import { align } from '../../views/align.ts'

export async function showCrowdfund({ client, io }: Cli): Promise<Outcome> {
  const value = await client.crowdfund()
  const rows = [
    ['crowdfunding', value.address],
    ['state', stateOf(value, io.now() / 1_000)],
    ['raised', `${eth(value.raisedWei)} of ${eth(value.capWei)} at most, ${eth(value.minimumWei)} at least`],
    ['by this node', `${eth(value.contributedWei)}, for ${formatGlm(BigInt(value.contributedWei) * 1_000n)} GLM`],
    ['begins', timeOf(value.startsAtS)],
    ['ends', timeOf(value.endsAtS)],
    ['company', value.company],
  ]
  return { value, text: align(rows) }
}

function stateOf({ state, isFinalized, startsAtS }: CrowdfundView, nowS: number): string {
  if (state === 'funding') return nowS < startsAtS ? 'has not begun' : 'takes contributions'
  if (state === 'failure') return 'has failed: contributors take everything back with `golem crowdfund refund`'
  return isFinalized
    ? 'has succeeded; the tokens move, and none is made any more'
    : 'has succeeded: anybody opens the tokens with `golem crowdfund finalize`'
}

const eth = (wei: string): string => `${formatGlm(BigInt(wei))} ETH`
const timeOf = (seconds: number): string =>
  seconds === 0 ? 'at once' : `${new Date(seconds * 1_000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
