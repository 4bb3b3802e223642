export type { App, Program } from './app.ts'
export type { Beacon } from './beacon.ts'
export type { Blacklist } from './blacklist.ts'
export type { Balances, Chain, ReadOptions, Receipt, Redemption } from './chain.ts'
export type { Clock } from './clock.ts'
export type { Dispute, Disputes, DisputeTerms, Seat, StakeAccount, Stakes, Vote } from './disputes.ts'
export type { Folders } from './folders.ts'
export type { Channel, HandleOptions, Network, OpenOptions, Peer, PeerFault } from './network.ts'
export type { Certification, Registry } from './registry.ts'
export type {
  LimitHit,
  LimitName,
  Mount,
  Sandbox,
  SandboxCheck,
  SandboxExit,
  SandboxProcess,
  SandboxRuntime,
  SandboxSpec,
  StartOptions,
} from './sandbox.ts'
export type { Malware, Scanner } from './scanner.ts'
export type { AddedContent, FetchOptions, SealOptions, Storage } from './storage.ts'
export type { Store, StoreChange } from './store.ts'
export type { Sight, Surroundings } from './surroundings.ts'
