import type {
  Act,
  Acted,
  Admission,
  AuditsChange,
  AuditsView,
  BackupBody,
  BackupView,
  BlacklistView,
  ChainChange,
  ChainView,
  ContractsQuote,
  CrowdfundView,
  DisputesView,
  ExportBody,
  Exported,
  FollowingChange,
  History,
  ImportBody,
  Imported,
  ListView,
  MadeContracts,
  NewAdmission,
  NewContracts,
  NewRerun,
  NewVetting,
  Quote,
  RegistryView,
  Rerun,
  TrustDetail,
  TrustView,
  VettingView,
  Wallet,
} from '../schemas/index.ts'
import type { CallOptions } from './call-options.ts'

export type RegistryQuestion = { application?: string; limit?: number }

/** Money, registry, lists and crowdfunding: what a chain knows, and what costs gas. */
export type ChainClient = {
  wallet(options?: CallOptions): Promise<Wallet>
  /** Newest first. */
  history(limit: number, options?: CallOptions): Promise<History>
  /** Writes a backup; what is in it does not come back here. */
  exportWallet(body: ExportBody, options?: CallOptions): Promise<Exported>
  /** Does nothing with it. */
  examineBackup(body: BackupBody, options?: CallOptions): Promise<BackupView>
  /** The daemon starts anew: it is away for a moment. */
  importWallet(body: ImportBody, options?: CallOptions): Promise<Imported>
  /** Which one is in use, and which is remembered. */
  chain(options?: CallOptions): Promise<ChainView>
  /** The daemon starts anew: it is away for a moment. */
  changeChain(change: ChainChange, options?: CallOptions): Promise<void>
  /** What making the contracts would cost. */
  quoteContracts(wanted: NewContracts, options?: CallOptions): Promise<ContractsQuote>
  /** Makes them; resolves when they are mined. */
  makeContracts(wanted: NewContracts, options?: CallOptions): Promise<MadeContracts>
  registry(question: RegistryQuestion, options?: CallOptions): Promise<RegistryView>
  /** Whom this node has seen at work. */
  trust(options?: CallOptions): Promise<TrustView>
  party(address: string, options?: CallOptions): Promise<TrustDetail>
  /** The key by which one more node can check a verdict about a private job of this one. */
  admit(body: NewAdmission, options?: CallOptions): Promise<Admission>
  /** Does a verdict's check again. Takes as long as it takes, and ends with its signal. */
  rerun(body: NewRerun, options?: CallOptions): Promise<Rerun>
  /** What was audited here, and what others audited. */
  audits(options?: CallOptions): Promise<AuditsView>
  changeAudits(change: AuditsChange, options?: CallOptions): Promise<AuditsView>
  /** Runs an application under observation. Takes as long as it takes, and ends with its signal. */
  vet(wish: NewVetting, options?: CallOptions): Promise<VettingView>
  /** What somebody saw of one, by the CID of the report. */
  vetting(report: string, options?: CallOptions): Promise<VettingView>
  blacklist(options?: CallOptions): Promise<BlacklistView>
  list(owner: string, options?: CallOptions): Promise<ListView>
  changeFollowing(change: FollowingChange, options?: CallOptions): Promise<BlacklistView>
  /** What is at stake, and what panels judge. */
  disputes(options?: CallOptions): Promise<DisputesView>
  crowdfund(options?: CallOptions): Promise<CrowdfundView>
  /** What an act would do and cost. */
  quote(act: Act, options?: CallOptions): Promise<Quote>
  /** Does it; resolves when it is mined. */
  act(act: Act, options?: CallOptions): Promise<Acted>
}

type Calls = {
  get: <T>(path: string, options?: CallOptions) => Promise<T>
  post: <T>(path: string, options?: CallOptions, body?: unknown) => Promise<T>
  /** The same without a time limit. */
  patiently: <T>(path: string, options?: CallOptions, body?: unknown) => Promise<T>
}

export const createChainClient = ({ get, post, patiently }: Calls): ChainClient => ({
  wallet: (o) => get('/v1/wallet', o),
  history: (limit, o) => get(`/v1/wallet/history?limit=${limit}`, o),
  exportWallet: (body, o) => post('/v1/wallet/export', o, body),
  examineBackup: (body, o) => post('/v1/wallet/import/examine', o, body),
  importWallet: (body, o) => post('/v1/wallet/import', o, body),
  chain: (o) => get('/v1/chain', o),
  changeChain: (change, o) => post('/v1/chain', o, change),
  quoteContracts: (wanted, o) => post('/v1/chain/contracts/quote', o, wanted),
  makeContracts: (wanted, o) => patiently('/v1/chain/contracts', o, wanted),
  registry: (question, o) => {
    const asked = Object.entries(question).map(([key, value]) => [key, String(value)])
    return get(`/v1/registry?${new URLSearchParams(Object.fromEntries(asked))}`, o)
  },
  trust: (o) => get('/v1/trust', o),
  party: (address, o) => get(`/v1/trust/${encodeURIComponent(address)}`, o),
  admit: (body, o) => post('/v1/admissions', o, body),
  rerun: (body, o) => patiently('/v1/reruns', o, body),
  audits: (o) => get('/v1/audits', o),
  changeAudits: (change, o) => post('/v1/audits', o, change),
  vet: (wish, o) => patiently('/v1/vettings', o, wish),
  vetting: (report, o) => get(`/v1/vettings/${encodeURIComponent(report)}`, o),
  blacklist: (o) => get('/v1/blacklist', o),
  list: (owner, o) => get(`/v1/blacklist/${encodeURIComponent(owner)}`, o),
  changeFollowing: (change, o) => post('/v1/blacklist', o, change),
  disputes: (o) => get('/v1/disputes', o),
  crowdfund: (o) => get('/v1/crowdfund', o),
  quote: (act, o) => post('/v1/acts/quote', o, act),
  // Several transactions may each wait for a block: the daemon gives up by itself, and the client does not before it.
  act: (act, o) => patiently('/v1/acts', o, act),
})
