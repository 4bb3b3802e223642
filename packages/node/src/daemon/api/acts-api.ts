import type { Act } from '@golem/api'
import type { ActsApi } from '../../http/index.ts'
import { blacklistActs } from '../acts/blacklist-acts.ts'
import { crowdfundActs } from '../acts/crowdfund-acts.ts'
import { disputeActs } from '../acts/dispute-acts.ts'
import type { Plan, Planners } from '../acts/plan.ts'
import { registryActs } from '../acts/registry-acts.ts'
import { walletActs } from '../acts/wallet-acts.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import { findApplications } from '../find-applications.ts'
import { toApiReceipt } from '../views.ts'

/** Everything that costs gas: quoted first, then done. */
export function createActsApi(parts: DaemonParts): ActsApi {
  const { chain } = parts
  const found = { ...parts, ...findApplications(parts) }
  const planners: Planners<Act['act']> = {
    ...walletActs(parts),
    ...registryActs(found),
    ...blacklistActs(found),
    ...crowdfundActs(parts),
    ...disputeActs(parts),
  }
  const plan = async (act: Act): Promise<Plan> => (planners[act.act] as (act: Act) => Plan | Promise<Plan>)(act)
  return {
    quote: async (act) => {
      const { about, calls } = await plan(act)
      const { gas, gasPriceWei, feeWei } = await chain.account.estimate(calls)
      return {
        about,
        transactions: calls.length,
        gas: gas.toString(),
        gasPriceWei: gasPriceWei.toString(),
        feeWei: feeWei.toString(),
      }
    },
    act: async (act) => {
      const { about, carryOut } = await plan(act)
      const receipt = await carryOut()
      return { about, receipt: receipt === null ? null : toApiReceipt(receipt) }
    },
  }
}
