import { type Address, type Cid, factKind } from '@golem/protocol'

/**
 * What one party can say of another, and shows: `accepted` and paid; `rejected`, with evidence; delivered `late`;
 * `vanished` with work that it had taken; `unpaid`, of a requestor who owes, or rejected past what may be bad luck;
 * `malicious`, of one that sends programs that are known to harm.
 */
export const FACT_KINDS = factKind.options
export type FactKind = (typeof FACT_KINDS)[number]

/** One fact, after its signature and its evidence were verified: nothing else is ever noted. */
export type Fact = {
  kind: FactKind
  subject: Address
  /** Whoever signed it. */
  by: Address
  /** Manifest of the work, where it is about a provider; null about a requestor. */
  application: Cid | null
  /** The agreed price of the work that it is about. */
  valueWei: bigint
  atMs: number
  /**
   * `accepted`: the result was computed again, in whole or in part; taken unseen, it says nothing.
   * `rejected`: two independent re-executions agreed with each other and not with it (`judgeMismatch`). `unpaid`: what was
   * delivered and right is owed past all delays.
   */
  isProven: boolean
  /** `rejected`: by one's own check, of what gives the same everywhere; to oneself that is certain, to others it shows nothing. */
  isExact?: true | undefined
}
