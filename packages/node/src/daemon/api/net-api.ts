import type { NetApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'

export const createNetApi = ({ network }: DaemonParts): NetApi => ({
  net: async () => ({ ...network.self, ...(await network.report()) }),
})
