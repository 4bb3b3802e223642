import { type Bytes32, canonicalJson, type FinishedWork, hashText, type Json, type Verdict } from '@golem/protocol'
import { excerpt } from './repeat-request.ts'

/**
 * What a check found of a delivery, as a hash by which verdicts are compared. Of work that is computed again whole: what it
 * gives. Of other work: accepted, or why not.
 */
export function outputOf({ check, delivered }: Pick<FinishedWork, 'check' | 'delivered'>, verdict: Verdict): Bytes32 {
  const said: Json =
    check.kind === 'exact'
      ? verdict.accepted
        ? { result: excerpt(delivered.result), outputs: delivered.outputs }
        : verdict.evidence
      : verdict.accepted || verdict.code
  return hashText(`golem/audit/output/1\n${canonicalJson(said)}`)
}

/** A yes. */
export const deliveredOutput = (work: Pick<FinishedWork, 'check' | 'delivered'>): Bytes32 =>
  outputOf(work, { accepted: true, how: '' })
