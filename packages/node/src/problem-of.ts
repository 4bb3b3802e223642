import type { Problem } from '@golem/api'
import { GolemError } from '@golem/protocol'

/** What whoever started this process is told of its failure. */
export const problemOf = (error: unknown): Problem =>
  error instanceof GolemError
    ? { code: error.code, message: error.message, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) }
    : { code: 'DEFECT', message: `Golem itself failed: ${String(error)}`, remedy: 'See daemon.log, and report it.' }
