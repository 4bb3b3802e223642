import type { GridFile } from '@golem/api/grid-file'
import type { Crowdfunding, EvmBlacklist, EvmChain, EvmDisputes, EvmRegistry, EvmStake } from '@golem/chain'
import type { GolemNetwork } from '@golem/network'
import type { Beacon, Folders, Sandbox, Scanner, Store } from '@golem/ports'
import type { Address, GolemError, KeyOpener, Problem, RecoverSigner, Signer, Wei } from '@golem/protocol'
import type { AuditorRole, FactBook, FollowedLists, Grants, Judgement, Requestor, Watch } from '@golem/roles'
import type { DiskStorage } from '@golem/storage/disk'
import type { LoadedApp } from '../apps/load-app.ts'
import type { Exported, ExportRequest } from '../keys/export-backup.ts'
import type { KeystoreFile } from '../keys/keystore.ts'
import type { EarningsRecord } from '../lending/earnings-record.ts'
import type { Lending } from '../lending/open-lending.ts'
import type { DaemonOptions } from '../options.ts'
import type { PolicyStore } from '../policy/open-policy.ts'
import type { Uploads } from '../uploads/open-uploads.ts'

/** A part that runs, or the reason why it does not. */
export type Part<T> = { part: T; trouble: null } | { part: null; trouble: GolemError }

/** The key, as far as anybody is told of it. */
export type Keyring = {
  readonly isEncrypted: boolean
  exportTo(request: ExportRequest): Promise<Exported>
  /** As it may lie on the disk. @throws {GolemError} `PASSWORD_SHORT` */
  encrypt(password: string): Promise<KeystoreFile>
}

/** Everything the daemon is made of, for the interface that tells of it. */
export type DaemonParts = {
  options: DaemonOptions
  /** The private grid that this node is in. */
  grid: GridFile | null
  /** Why the last change of the home was taken back. */
  changeProblem: Problem | null
  startedAtMs: number
  signer: Signer
  opener: KeyOpener
  recoverSigner: RecoverSigner
  chain: EvmChain
  rpcUrl: string
  registry: EvmRegistry
  blacklist: EvmBlacklist
  crowdfunding: Crowdfunding
  stake: EvmStake
  disputes: EvmDisputes
  /** Draws auditors. */
  beacon: Beacon
  /** What somebody has at stake that counts: aged, and under the panels of this network. */
  stakedWei: (staker: Address) => Promise<Wei>
  network: GolemNetwork
  storage: DiskStorage
  store: Store
  folders: Folders
  sandbox: Part<Sandbox>
  apps: { loaded: LoadedApp[]; troubles: GolemError[] }
  requestor: Requestor
  /** Checks the work of others again. */
  auditor: AuditorRole
  /** Looks for malware, as the policy says. */
  scanner: Scanner
  /** Looks after what was earned. */
  watch: Watch
  /** When it was earned. */
  earningsRecord: EarningsRecord
  /** Files that pages sent. */
  uploads: Uploads
  keyring: Keyring
  lending: Lending
  policy: PolicyStore
  grants: Grants
  /** The blacklists that are followed. */
  lists: FollowedLists
  /** What was seen of others, and what follows from that. */
  book: FactBook
  judgement: Judgement
  speed: number
}
