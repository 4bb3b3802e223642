import type { CrowdfundApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'

export const createCrowdfundApi = ({ crowdfunding }: DaemonParts): CrowdfundApi => ({
  crowdfund: async () => {
    const { raisedWei, minimumWei, capWei, contributedWei, ...rest } = await crowdfunding.status()
    return {
      ...rest,
      raisedWei: raisedWei.toString(),
      minimumWei: minimumWei.toString(),
      capWei: capWei.toString(),
      contributedWei: contributedWei.toString(),
    }
  },
})
