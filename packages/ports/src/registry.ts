import type { Address, Cid } from '@golem/protocol'

/** What validators said of applications, where everybody can read it. */
export type Registry = {
  /** Of the newest word of each validator; empty for an application that nobody judged. @throws {GolemError} `CHAIN_UNREACHABLE` */
  certifications(manifest: Cid): Promise<{ validator: Address; verdict: 'certified' | 'denounced' }[]>
}
