import type { DaemonApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import type { HomeChange } from '../home-change.ts'
import type { JobWatch } from '../job-watch.ts'
import { createActsApi } from './acts-api.ts'
import { createAuditsApi } from './audits-api.ts'
import { createBackupsApi } from './backups-api.ts'
import { createBlacklistApi } from './blacklist-api.ts'
import { createChainApi } from './chain-api.ts'
import { createCrowdfundApi } from './crowdfund-api.ts'
import { createDataApi } from './data-api.ts'
import { createDisputesApi } from './disputes-api.ts'
import { createExaminationsApi } from './examinations-api.ts'
import { createGridApi } from './grid-api.ts'
import { createImagesApi } from './images-api.ts'
import { createJobsApi } from './jobs-api.ts'
import { createLendingApi } from './lending-api.ts'
import { createMachineApi } from './machine-api.ts'
import { createNetApi } from './net-api.ts'
import { createNodeApi } from './node-api.ts'
import { createOffersApi } from './offers-api.ts'
import { createPolicyApi } from './policy-api.ts'
import { createRegistryApi } from './registry-api.ts'
import { createStartApi } from './start-api.ts'
import { createTrustApi } from './trust-api.ts'
import { createUploadsApi } from './uploads-api.ts'
import { createVettingsApi } from './vettings-api.ts'
import { createWalletApi } from './wallet-api.ts'

/** What can be asked of the node that its parts cannot do. */
export type Requests = { onStopRequest: () => void; onChange: (change: HomeChange) => void }

/** What the HTTP server serves, over the running parts. */
export const createDaemonApi = (
  parts: DaemonParts,
  watch: JobWatch,
  { onStopRequest, onChange }: Requests,
): DaemonApi => ({
  ...createNodeApi(parts, onStopRequest),
  ...createJobsApi(parts, watch),
  ...createExaminationsApi(parts),
  ...createUploadsApi(parts),
  ...createMachineApi(parts),
  ...createNetApi(parts),
  ...createGridApi(parts, onChange),
  ...createStartApi(parts, onChange),
  ...createLendingApi(parts),
  ...createOffersApi(parts),
  ...createWalletApi(parts),
  ...createBackupsApi(parts, onChange),
  ...createChainApi(parts, onChange),
  ...createActsApi(parts),
  ...createRegistryApi(parts),
  ...createBlacklistApi(parts),
  ...createTrustApi(parts),
  ...createCrowdfundApi(parts),
  ...createAuditsApi(parts),
  ...createVettingsApi(parts),
  ...createDisputesApi(parts),
  ...createPolicyApi(parts),
  ...createImagesApi(parts),
  ...createDataApi(parts),
})
