export { createDisputesDesk, type DisputesDesk } from './disputes-desk.ts'
export { type Rerun, type RerunComponents, readVerdict, rerunVerdict } from './rerun-verdict.ts'
