import type { Beacon } from '@golem/ports'
import type { Address, Cid, Wei } from '@golem/protocol'

/** What a requestor needs beside its own, to have its work audited by others. */
export type Auditing = {
  beacon: Beacon
  /** What somebody has at stake that counts: aged, and under panels that judge verdicts. */
  agedWei(auditor: Address): Promise<Wei>
  /** Whom this node follows. */
  followed(): readonly Address[]
  /** Two auditors and this node agree against a provider's delivery, as the verdict shows. */
  onConvicted?: (conviction: { provider: Address; verdict: Cid }) => void
}
