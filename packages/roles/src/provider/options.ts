import { usualPay } from '@golem/market'
import type { App, Chain, Clock, Folders, Network, Sandbox, Scanner, Storage, Store } from '@golem/ports'
import type { Address, Bytes32, Cid, KeyOpener, Manifest, RecoverSigner, Signer, Wei } from '@golem/protocol'
import type { Directory } from '../directory/create-directory.ts'
import type { RunningProgram } from '../launch-program.ts'
import type { Logger } from '../logger.ts'
import type { Backings } from '../trust/backings.ts'
import type { FactBook } from '../trust/fact-book.ts'
import type { Grants } from './grants.ts'
import type { Watch } from './watch.ts'

/** An application that this machine can run. */
export type ProvidedApp = {
  manifest: Manifest
  manifestCid: Cid
  /** What a person reads: `blender 3.4.1`. */
  title: string
  /** The host folder behind /app, where the manifest names code. */
  codePath: string | null
  /** How its program paints what a subtask made, for the machine's owner. Default: it does not. */
  glimpse?: App['glimpse']
  /** Hash of the application's calibration here. */
  equivalenceClass: Bytes32
  /** A program of it that runs already, empty: the first one to get work. */
  started?: RunningProgram
}

export type ProviderComponents = {
  signer: Signer
  /** Opens what requestors seal for this node. */
  opener: KeyOpener
  network: Network
  directory: Directory
  storage: Storage
  sandbox: Sandbox
  store: Store
  chain: Chain
  clock: Clock
  folders: Folders
  logger: Logger
  /** Cryptographic randomness. */
  randomBytes: (length: number) => Uint8Array
  apps: readonly ProvidedApp[]
  /** Default: everything that is lent runs for everybody, within its own limits. */
  grants?: Grants | undefined
  /** What was seen of requestors. Default: nothing is kept. */
  book?: FactBook | undefined
  /** Looks through inputs and images before a program gets them. Default: nothing does. */
  scanner?: Scanner | undefined
  /** What requestors have at stake: so far they are trusted. Default: everybody as far as the terms go. */
  backings?: Backings | undefined
  /** What looks after its vouchers; started and stopped by whoever made it. Default: one of its own. */
  watch?: Watch
  /** Default: the pure one. */
  recoverSigner?: RecoverSigner | undefined
}

export type ProviderOptions = {
  /** Cores lent: so many subtasks run at once. */
  cores: number
  /** For one core-hour of the reference machine. */
  pricePerCoreHourWei: Wei
  /** Measured speed of one core; the reference machine has 1. */
  speed: number
  /** Who is paid. Default: this node. */
  payee?: Address
  /** Value of work that one agreement may leave unpaid. Default: an hour of the lent cores. */
  unpaidLimitWei?: Wei
  /** Default 1 s. */
  heartbeatMs?: number
  /** Empty programs that wait for work, by application. Default: one for each core. */
  warm?: number | null
  /** Of programs; `lowest`, the default, computes with what its owner's programs leave. */
  priority?: 'normal' | 'lowest'
  /** An agreement without a stream for so long loses its programs and its unfinished work. Default 5 min. */
  graceMs?: number
  /** Inputs of one subtask. Default 16 GiB. */
  maxInputBytes?: number
  /** Owed by one channel before it is redeemed in mid-work. Default: 100 hours of the lent cores. */
  redeemThresholdWei?: Wei
  /** Agreements that end within this time are redeemed in one transaction. Default 1.5 s. */
  redeemDelayMs?: number
  /** Called after whatever `status()` tells has changed. */
  onChange?: () => void
}

export type Settings = Required<ProviderOptions>

export function settingsOf(options: ProviderOptions, self: Address): Settings {
  const perHourWei = options.pricePerCoreHourWei * BigInt(Math.ceil(options.cores * options.speed))
  return {
    payee: self,
    unpaidLimitWei: perHourWei,
    heartbeatMs: 1_000,
    warm: null,
    priority: 'lowest',
    graceMs: 5 * 60_000,
    maxInputBytes: 16 * 1024 ** 3,
    redeemThresholdWei: 100n * perHourWei,
    redeemDelayMs: 1_500,
    onChange: () => {},
    ...options,
  }
}

/** What a requestor can leave unpaid at a price: one that is new, and one that has much to lose. */
export function unpaidAt({
  pricePerCoreHourWei,
  unpaidLimitWei: mostWei,
}: Pick<Settings, 'pricePerCoreHourWei' | 'unpaidLimitWei'>): { newWei: Wei; mostWei: Wei } {
  const newWei = usualPay(pricePerCoreHourWei)
  return { newWei: newWei < mostWei ? newWei : mostWei, mostWei }
}
