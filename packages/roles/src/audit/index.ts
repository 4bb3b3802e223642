export { type Rerun, type RerunComponents, readVerdict, rerunVerdict } from './rerun-verdict.ts'
