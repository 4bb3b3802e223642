import type { RequestorComponents } from '../requestor/job-desk.ts'
import type { Treasury } from '../requestor/treasury.ts'
import type { Auditing } from './auditing.ts'

export type AuditServices = RequestorComponents & {
  auditing: Auditing
  treasury: Treasury
  /** Measured speed of one core here. */
  speed: number
  maxInputBytes: number
}
