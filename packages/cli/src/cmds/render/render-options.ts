import type { AuditorsChoice } from '@golem/api'
import type { AskedCheck } from '../../arguments/check.ts'

/** What the command line says, as commander reads it by `options.ts`. */
export type RenderOptions = {
  frames?: string
  frameStep?: number
  tiles?: string
  samples?: number
  format?: string
  movie?: string
  resolution?: string
  scene?: string
  camera?: string
  viewLayer?: string
  denoise?: 'off'
  out?: string
  /** Base units. */
  budget?: string
  /** Milliseconds. */
  deadline: number
  /** Milliseconds. */
  offerTimeout?: number
  yes?: true
  estimate?: true
  private?: true
  check?: AskedCheck
  takeUnchecked?: true
  auditors?: AuditorsChoice
}
