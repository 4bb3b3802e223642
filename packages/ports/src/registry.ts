import type { Address, Bytes32, Cid } from '@golem/protocol'

/** What a validator says of an application. */
export type Certification = { validator: Address; verdict: 'certified' | 'denounced' }

/** What is said of applications, where everybody can read it. Errors: `CHAIN_UNREACHABLE`, `CONTRACT_MISSING`. */
export type Registry = {
  /**
   * What these validators say of a manifest, by their newest words, whether its author published it or one of them did.
   * Nothing of who is silent, or took the word back.
   */
  certifications(app: { author: Address; manifest: Cid }, validators: readonly Address[]): Promise<Certification[]>
  /** The manifest that was published under an id, for ever; null where none was. */
  manifestOf(id: Bytes32): Promise<Cid | null>
}
