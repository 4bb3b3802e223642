import type {
  Act,
  Acted,
  AddedData,
  Admission,
  AuditsChange,
  AuditsView,
  BackupBody,
  BackupView,
  BlacklistView,
  ChainChange,
  ChainView,
  ClearedData,
  ContractsQuote,
  CrowdfundView,
  DataFolder,
  DataOverview,
  DataText,
  DisputesView,
  DoctorReport,
  Earnings,
  Examination,
  ExportBody,
  Exported,
  FollowingChange,
  Grid,
  GridChange,
  History,
  Image,
  ImportBody,
  ImportData,
  Imported,
  ImportedData,
  Job,
  JobDetail,
  JobEvent,
  LendingChange,
  LendingReceipts,
  LendingView,
  LentWork,
  ListView,
  Machine,
  MadeContracts,
  Net,
  NewAdmission,
  NewContracts,
  NewData,
  NewExamination,
  NewImage,
  NewJob,
  NewRerun,
  NewVettingBody,
  OfferView,
  PinData,
  Policy,
  PolicyChanges,
  Prices,
  Quote,
  RedoGroup,
  RegistryView,
  Rerun,
  ResumeJob,
  SetBudget,
  StartChange,
  StartJob,
  StartView,
  Status,
  TrustDetail,
  TrustView,
  Upload,
  UploadedFile,
  VettingView,
  Wallet,
  WriteData,
} from '@golem/api'
import type { SentFile } from '../outputs/job-outputs.ts'
import type { UploadedPart } from '../uploads/open-uploads.ts'

export type WatchOptions = {
  /** The last event that the watcher has seen; null where it has seen none. */
  afterSeq: number | null
  signal: AbortSignal
}

export type NodeApi = {
  status(): Promise<Status>
  /** Begins an orderly end and resolves once it has begun, so that the answer still leaves. Idempotent. */
  shutdown(): Promise<void>
  /** @param app name or CID: whether it runs here, and why not */
  doctor(app?: string): Promise<DoctorReport>
}

/** A group or a file that was made of it; or a rejection, by its place among them, from one of its sides. */
export type PreviewOf =
  | { group: string; file?: string | undefined }
  | { rejection: number; side: 'delivered' | 'checked' | 'accepted' }

export type JobsApi = {
  /** @throws {GolemError} `APP_UNKNOWN`, `PARAMETERS_INVALID`, `FILE_MISSING`, `FOLDER_UNWRITABLE` */
  createJob(job: NewJob): Promise<Job>
  /** Newest first. */
  jobs(): Promise<Job[]>
  /** @throws {GolemError} `JOB_UNKNOWN` */
  job(id: string): Promise<JobDetail>
  /**
   * The view now (left out where its `seq` is `afterSeq`), then each newer one; views in between may be skipped,
   * because each is whole. Ends after the view of a job that is done, failed or cancelled, and when the signal aborts.
   */
  watchJob(id: string, options: WatchOptions): AsyncIterable<JobEvent>
  /**
   * A PNG.
   *
   * @throws {GolemError} `JOB_UNKNOWN`, `GROUP_UNKNOWN`, `PREVIEW_UNAVAILABLE`, `PREVIEW_BUSY`
   */
  preview(id: string, of: PreviewOf): Promise<Uint8Array>
  /** A finished file. @throws {GolemError} `JOB_UNKNOWN`, `OUTPUT_UNKNOWN`, `OUTPUT_GONE` */
  output(id: string, name: string): Promise<SentFile>
  /** All of them as a ZIP file. @throws {GolemError} `JOB_UNKNOWN`, `OUTPUT_GONE` */
  archive(id: string): Promise<SentFile>
  /** The PNG frames as one animated PNG. `fps` is by default as the scene has it, else 24. @throws {GolemError} `JOB_UNKNOWN`, `ANIMATION_IMPOSSIBLE` */
  animation(id: string, fps: number | undefined): Promise<SentFile>
  /**
   * As an MP4 video where ffmpeg is here, else as `animation`.
   *
   * @throws {GolemError} `JOB_UNKNOWN`, `VIDEO_BUSY`, `VIDEO_FAILED`, `ANIMATION_IMPOSSIBLE`, `OUTPUT_GONE`
   */
  video(id: string, options: Abortable & { fps: number | undefined }): Promise<SentFile>
  /** Accepts the price of a job in `confirming`. @throws {GolemError} `JOB_UNKNOWN`, `JOB_STATE`, `BUDGET_TOO_SMALL` */
  startJob(id: string, body: StartJob): Promise<Job>
  /** Asks it to stop cleanly; resolves once that has begun. Idempotent. @throws {GolemError} `JOB_UNKNOWN`, `JOB_STATE` */
  cancelJob(id: string): Promise<Job>
  /** Goes on with a failed, cancelled or paused job. @throws {GolemError} `JOB_UNKNOWN`, `JOB_STATE`, `BUDGET_TOO_SMALL` */
  resumeJob(id: string, body: ResumeJob): Promise<Job>
  /** @throws {GolemError} `JOB_UNKNOWN`, `JOB_STATE` */
  pauseJob(id: string): Promise<Job>
  /** @throws {GolemError} `JOB_UNKNOWN`, `JOB_STATE`, `BUDGET_TOO_SMALL` */
  setBudget(id: string, body: SetBudget): Promise<Job>
  /** @throws {GolemError} `JOB_UNKNOWN`, `GROUP_UNKNOWN`, `JOB_STATE`, `REDO_IMPOSSIBLE` */
  redoGroup(id: string, body: RedoGroup): Promise<Job>
}

export type ExaminationsApi = {
  /** @throws {GolemError} `APP_UNKNOWN`, `PARAMETERS_INVALID`, `FILE_MISSING`, `EXAMINATION_BUSY`, and the application's own */
  examine(body: NewExamination, options: Abortable): Promise<Examination>
  /** @throws {GolemError} `APP_UNKNOWN` */
  prices(app: string): Promise<Prices>
}

export type UploadsApi = {
  createUpload(): Promise<Upload>
  /** @throws {GolemError} `UPLOAD_UNKNOWN`, `UPLOAD_PATH`, `UPLOAD_TOO_LARGE`, `UPLOAD_BROKEN`, `STORAGE_FULL` */
  uploadFile(id: string, file: UploadedPart, options: Abortable): Promise<UploadedFile>
}

export type MachineApi = {
  machine(): Promise<Machine>
  earnings(): Promise<Earnings>
  lendingReceipts(): Promise<LendingReceipts>
}

export type NetApi = {
  net(): Promise<Net>
}

export type GridApi = {
  grid(): Promise<Grid>
  /**
   * Begins to start the node anew, and resolves once that has begun.
   *
   * @throws {GolemError} `GRID_NAME_INVALID`, `GRID_JOINED`, `GRID_NONE`, `GRID_HOST`, `GRID_MEMBER`, `GRID_BUSY`, `INVITE_INVALID`
   */
  changeGrid(change: GridChange): Promise<void>
}

export type StartApi = {
  start(): Promise<StartView>
  /** Begins to start the daemon anew, and resolves once that has begun. @throws {GolemError} `START_NAMED`, `OPTIONS_INVALID` */
  changeStart(change: StartChange): Promise<void>
}

export type OffersApi = {
  offers(): Promise<OfferView[]>
}

export type WalletApi = {
  wallet(): Promise<Wallet>
  /** @throws {GolemError} `PASSWORD_MISSING`, `PASSWORD_WRONG`, `PASSWORD_SHORT`, `FILE_EXISTS`, `FOLDER_UNWRITABLE` */
  exportWallet(body: ExportBody): Promise<Exported>
  /** Newest first. */
  history(limit: number): Promise<History>
}

export type BackupsApi = {
  /** @throws {GolemError} `BACKUP_INVALID`, `PASSWORD_MISSING`, `PASSWORD_WRONG`, `PASSWORD_SHORT`, `NODE_BUSY`, `GRID_HOST`, chain errors */
  examineBackup(body: BackupBody): Promise<BackupView>
  /**
   * Begins to start the node anew, and resolves once that has begun.
   *
   * @throws {GolemError} as `examineBackup`, `KEY_EXISTS` where nobody said what stays behind
   */
  importWallet(body: ImportBody): Promise<Imported>
}

export type ChainApi = {
  chain(): Promise<ChainView>
  /**
   * Begins to start the node anew, and resolves once that has begun.
   *
   * @throws {GolemError} `GRID_JOINED`, `NODE_BUSY`, `PASSWORD_MISSING`, `PASSWORD_SHORT`, `CHAIN_UNREACHABLE`, `CHAIN_MISMATCH`
   */
  changeChain(change: ChainChange): Promise<void>
  /** @throws {GolemError} `FUNDS_MISSING`, `TOKEN_MISSING`, chain errors */
  quoteContracts(wanted: NewContracts): Promise<ContractsQuote>
  /** @throws {GolemError} `NODE_BUSY` while others are made, and as `quoteContracts` */
  makeContracts(wanted: NewContracts): Promise<MadeContracts>
}

/** What costs gas. */
export type ActsApi = {
  /** @throws {GolemError} what keeps it from being done, as far as that is known before */
  quote(act: Act): Promise<Quote>
  /** @throws {GolemError} `FUNDS_MISSING`, `CHAIN_UNREACHABLE`, `CHAIN_REVERTED`, `TRANSACTION_PENDING` */
  act(act: Act): Promise<Acted>
}

export type RegistryApi = {
  /** @param application an id, or the name or CID of an application of this node. @throws {GolemError} `APP_UNPUBLISHED` */
  registry(options: { application?: string | undefined; limit: number }): Promise<RegistryView>
}

export type BlacklistApi = {
  blacklist(): Promise<BlacklistView>
  list(owner: string): Promise<ListView>
  /** @throws {GolemError} `POLICY_INVALID` */
  changeFollowing(change: FollowingChange): Promise<BlacklistView>
}

export type TrustApi = {
  /** Newest first. */
  trust(): Promise<TrustView>
  party(address: string): Promise<TrustDetail>
  /** @throws {GolemError} `VERDICT_INVALID`, `JOB_UNKNOWN`, `JOB_NOT_PRIVATE`, `PEER_UNREACHABLE`, `PEER_ID_INVALID` */
  admit(body: NewAdmission, options: Abortable): Promise<Admission>
  /** @throws {GolemError} `VERDICT_INVALID`, `APP_UNKNOWN`, `CONTENT_UNAVAILABLE`, `SOURCE_INVALID`, and as the check */
  rerun(body: NewRerun, options: Abortable): Promise<Rerun>
}

export type AuditsApi = {
  /** @throws {GolemError} `CONTRACT_MISSING` */
  audits(): Promise<AuditsView>
  /** @throws {GolemError} `APP_UNKNOWN`, or why there is no sandbox */
  changeAudits(change: AuditsChange): Promise<AuditsView>
}

export type VettingsApi = {
  /** @throws {GolemError} `APP_UNKNOWN`, `APP_UNPUBLISHED`, `MANIFEST_INVALID`, and as `vetApplication` */
  vet(body: NewVettingBody, options: Abortable): Promise<VettingView>
  /** @throws {GolemError} `REPORT_INVALID`, `CONTENT_UNAVAILABLE` */
  vetting(report: string): Promise<VettingView>
}

export type DisputesApi = {
  /** @throws {GolemError} `CONTRACT_MISSING` */
  disputes(): Promise<DisputesView>
}

export type CrowdfundApi = {
  /** @throws {GolemError} `CROWDFUNDING_MISSING` */
  crowdfund(): Promise<CrowdfundView>
}

type Abortable = { signal: AbortSignal }

export type DataApi = {
  showData(): Promise<DataOverview>
  /** @throws {GolemError} `CONTENT_UNAVAILABLE`, `CONTENT_REFUSED` */
  listData(cid: string): Promise<DataFolder>
  /** @throws {GolemError} `CONTENT_UNAVAILABLE`, `CONTENT_TOO_LARGE`, `CONTENT_REFUSED` for a folder */
  readText(cid: string, options: Abortable): Promise<DataText>
  /** @throws {GolemError} `FILE_MISSING`, `FILE_REFUSED`, `DOWNLOAD_FAILED`, `STORAGE_FULL` */
  addData(body: NewData, options: Abortable): Promise<AddedData>
  /** @throws {GolemError} `FILE_MISSING`, `CAR_INVALID`, `STORAGE_FULL` */
  importData(body: ImportData, options: Abortable): Promise<ImportedData>
  /** @throws {GolemError} `CONTENT_UNAVAILABLE`, `CONTENT_TOO_LARGE`, `TARGET_EXISTS`, `SOURCE_INVALID` */
  writeData(cid: string, body: WriteData, options: Abortable): Promise<AddedData>
  /** @throws {GolemError} as `writeData` */
  exportData(cid: string, body: WriteData, options: Abortable): Promise<AddedData>
  /** @throws {GolemError} `CONTENT_UNAVAILABLE`, `CONTENT_TOO_LARGE`, `SOURCE_INVALID` */
  pinData(cid: string, body: PinData, options: Abortable): Promise<AddedData>
  /** Idempotent. */
  unpinData(cid: string): Promise<void>
  clearData(): Promise<ClearedData>
}

export type ImagesApi = {
  images(): Promise<Image[]>
  /** @throws {GolemError} `IMAGE_INVALID`, `IMAGE_BUILD_FAILED`, `FILE_MISSING`, `STORAGE_FULL` */
  addImage(image: NewImage, options: { signal: AbortSignal }): Promise<Image>
  /** @throws {GolemError} `IMAGE_UNKNOWN` */
  removeImage(name: string): Promise<void>
}

export type PolicyApi = {
  policy(): Promise<Policy>
  /** @throws {GolemError} `POLICY_INVALID` */
  setPolicy(changes: PolicyChanges['changes']): Promise<Policy>
}

export type LendingApi = {
  lending(): Promise<LendingView>
  /** @throws {GolemError} `SCHEDULE_INVALID`, `SCHEDULE_MISSING`, or what keeps lending from beginning */
  changeLending(change: LendingChange): Promise<LendingView>
  /** What runs first, then the newest. */
  lentWork(): Promise<LentWork[]>
  /** A PNG. @throws {GolemError} `PICTURE_UNKNOWN` */
  lentWorkPicture(id: string): Promise<Uint8Array>
}

/**
 * What the HTTP server serves. Amounts are decimal text of base units, as in the API's schemas.
 *
 * Whatever a caller can cause is thrown as a GolemError; `statusOf` turns its code into an HTTP status. Every other
 * error is a defect: it is logged, and the caller reads of it only that it happened.
 */
export type DaemonApi = ImagesApi &
  ExaminationsApi &
  UploadsApi &
  MachineApi &
  GridApi &
  StartApi &
  PolicyApi &
  LendingApi &
  NodeApi &
  JobsApi &
  OffersApi &
  WalletApi &
  BackupsApi &
  ChainApi &
  ActsApi &
  RegistryApi &
  BlacklistApi &
  TrustApi &
  AuditsApi &
  VettingsApi &
  CrowdfundApi &
  DisputesApi &
  DataApi &
  NetApi
