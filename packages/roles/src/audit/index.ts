export { createDisputesDesk, type DisputesDesk, type DisputesDeskOptions } from './disputes-desk.ts'
export { type Rerun, type RerunComponents, readVerdict, rerunVerdict } from './rerun-verdict.ts'
