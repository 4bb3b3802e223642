import type { Policy } from '@golem/api'

export type Rules = Policy['policy']

/** Whether no application at all can run by these rules. */
export const runsNothing = ({ run, allow, validators }: Pick<Rules, 'run' | 'allow' | 'validators'>): boolean =>
  run !== 'any' && allow.apps.length + allow.authors.length === 0 && (run === 'listed' || validators.length === 0)
