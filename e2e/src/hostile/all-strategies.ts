import { AUDITORS } from './auditor-strategies.ts'
import {
  BOASTERS,
  CHEATS,
  HONEST,
  IDLERS,
  KEYED,
  REPLICATORS,
  type Strategy,
  WITHHOLDERS,
} from './provider-strategies.ts'
import { REQUESTORS } from './requestor-strategies.ts'

/** All that nodes can play, by name. */
export const STRATEGIES: Readonly<Record<string, Strategy>> = {
  ...HONEST,
  ...CHEATS,
  ...IDLERS,
  ...BOASTERS,
  ...KEYED,
  ...REPLICATORS,
  ...WITHHOLDERS,
  ...REQUESTORS,
  ...AUDITORS,
}
