import type {
  AppLink,
  DoctorReport,
  Earnings,
  Examination,
  Grid,
  GridChange,
  Image,
  Job,
  JobDetail,
  JobEvent,
  LendingChange,
  LendingReceipts,
  LendingView,
  LentWork,
  LiveEvent,
  LiveName,
  Machine,
  Net,
  NewExamination,
  NewImage,
  NewJob,
  OfferView,
  Policy,
  PolicyChanges,
  Prices,
  RedoGroup,
  ResumeJob,
  SetBudget,
  StartChange,
  StartJob,
  StartView,
  Status,
  Upload,
} from '../schemas/index.ts'
import type { CallOptions } from './call-options.ts'
import { type ChainClient, createChainClient } from './chain-client.ts'
import { createDataClient, type DataClient } from './data-client.ts'
import type { EndpointSource } from './endpoint.ts'
import { tooSlow } from './errors.ts'
import { isEnded } from './is-ended.ts'
import { request } from './request.ts'
import { type WatchOptions, type WatchSettings, watchEvents } from './watch-events.ts'

export type ClientOptions = Partial<WatchSettings> & {
  /** For an answer; a transaction waits for its receipt. */
  timeoutMs?: number
}

type Asked = { method: 'GET' | 'POST'; path: string; body?: unknown; withinMs?: number }

/** The daemon, as its owner's programs see it. Every call throws GolemErrors: the daemon's, or `API_UNREACHABLE`. */
export type Client = DataClient &
  ChainClient & {
    status(options?: CallOptions): Promise<Status>
    shutdown(options?: CallOptions): Promise<void>
    createJob(job: NewJob, options?: CallOptions): Promise<Job>
    jobs(options?: CallOptions): Promise<Job[]>
    job(id: string, options?: CallOptions): Promise<JobDetail>
    /** A small PNG of a group, finished or in part. */
    preview(id: string, group: string, options?: CallOptions): Promise<Uint8Array>
    startJob(id: string, body: StartJob, options?: CallOptions): Promise<Job>
    cancelJob(id: string, options?: CallOptions): Promise<Job>
    resumeJob(id: string, body: ResumeJob, options?: CallOptions): Promise<Job>
    pauseJob(id: string, options?: CallOptions): Promise<Job>
    setBudget(id: string, body: SetBudget, options?: CallOptions): Promise<Job>
    redoGroup(id: string, body: RedoGroup, options?: CallOptions): Promise<Job>
    /** A job's views as they change, until it has ended; connects again by itself. */
    watchJob(id: string, options: WatchOptions): AsyncIterable<JobEvent>
    /** These views now, and each again when it is another, without an end; connects again by itself. */
    watchViews(of: readonly LiveName[], options: WatchOptions): AsyncIterable<LiveEvent>
    net(options?: CallOptions): Promise<Net>
    /** null where the node is in no private grid. */
    grid(options?: CallOptions): Promise<Grid>
    /** The daemon starts anew: it is away for a moment. */
    changeGrid(change: GridChange, options?: CallOptions): Promise<void>
    start(options?: CallOptions): Promise<StartView>
    /** The daemon starts anew: it is away for a moment. */
    changeStart(change: StartChange, options?: CallOptions): Promise<void>
    offers(options?: CallOptions): Promise<OfferView[]>
    /** Of the machine; with the name or CID of an application: whether it runs here, and why not. */
    doctor(app?: string, options?: CallOptions): Promise<DoctorReport>
    images(options?: CallOptions): Promise<Image[]>
    /** Takes as long as it takes, and ends with its signal. */
    addImage(image: NewImage, options?: CallOptions): Promise<Image>
    removeImage(name: string, options?: CallOptions): Promise<void>
    lending(options?: CallOptions): Promise<LendingView>
    /** Whoever asks is taken to look: pictures of what is computed are made while somebody does. */
    lentWork(options?: CallOptions): Promise<LentWork[]>
    /** A small PNG. */
    lentWorkPicture(id: string, options?: CallOptions): Promise<Uint8Array>
    changeLending(change: LendingChange, options?: CallOptions): Promise<LendingView>
    policy(options?: CallOptions): Promise<Policy>
    setPolicy(changes: PolicyChanges['changes'], options?: CallOptions): Promise<Policy>
    /** Opens the Golem App in one browser, once. */
    createLink(options?: CallOptions): Promise<AppLink>
    createUpload(options?: CallOptions): Promise<Upload>
    /** Takes as long as it takes, and ends with its signal. */
    examine(body: NewExamination, options?: CallOptions): Promise<Examination>
    prices(app: string, options?: CallOptions): Promise<Prices>
    machine(options?: CallOptions): Promise<Machine>
    earnings(options?: CallOptions): Promise<Earnings>
    lendingReceipts(options?: CallOptions): Promise<LendingReceipts>
  }

const DEFAULTS = { timeoutMs: 120_000, patienceMs: 60_000, silenceMs: 45_000 } satisfies ClientOptions

/**
 * A client of one daemon. Imports no schema at run time, so that a command starts fast; daemon and client are of one
 * release.
 *
 * @example
 * const client = createClient({ url: 'http://127.0.0.1:4000', token })
 * for await (const { job } of client.watchJob(id, { signal })) console.log(job.state)
 */
export function createClient(source: EndpointSource, options: ClientOptions = {}): Client {
  const { timeoutMs, ...watching } = { ...DEFAULTS, ...options }
  // The daemon answers by the schemas that these types are inferred from; asking zod again would cost the start.
  const ask = async <T>(
    { method, path, body, withinMs = timeoutMs }: Asked,
    { signal }: CallOptions = {},
    read: (response: Response) => Promise<T>,
  ) => {
    const timeout = withinMs === Number.POSITIVE_INFINITY ? new AbortController().signal : AbortSignal.timeout(withinMs)
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
    try {
      const response = await request(source, { method, path, body, signal: either })
      return await read(response)
    } catch (error) {
      throw timeout.aborted && !signal?.aborted ? tooSlow(withinMs, error) : error
    }
  }
  const call = <T>(asked: Asked, options?: CallOptions) =>
    ask(asked, options, async (response) => (await response.json()) as T)
  const get = <T>(path: string, options?: CallOptions) => call<T>({ method: 'GET', path }, options)
  const post = <T>(path: string, options?: CallOptions, body?: unknown) =>
    call<T>({ method: 'POST', path, body }, options)
  const patiently = <T>(path: string, options?: CallOptions, body?: unknown) =>
    call<T>({ method: 'POST', path, body, withinMs: Number.POSITIVE_INFINITY }, options)
  const bytes = (path: string, options?: CallOptions) =>
    ask({ method: 'GET', path }, options, async (response) => new Uint8Array(await response.arrayBuffer()))
  const at = (id: string, act = '') => `/v1/jobs/${encodeURIComponent(id)}${act}`

  return {
    ...createDataClient({ get, post, patiently }),
    ...createChainClient({ get, post, patiently }),
    status: (o) => get('/v1/status', o),
    shutdown: (o) => post('/v1/shutdown', o),
    createJob: (job, o) => post('/v1/jobs', o, job),
    jobs: (o) => get('/v1/jobs', o),
    job: (id, o) => get(at(id), o),
    preview: (id, group, o) => bytes(at(id, `/preview?group=${encodeURIComponent(group)}`), o),
    startJob: (id, body, o) => post(at(id, '/start'), o, body),
    cancelJob: (id, o) => post(at(id, '/cancel'), o),
    resumeJob: (id, body, o) => post(at(id, '/resume'), o, body),
    pauseJob: (id, o) => post(at(id, '/pause'), o),
    setBudget: (id, body, o) => post(at(id, '/budget'), o, body),
    redoGroup: (id, body, o) => post(at(id, '/redo'), o, body),
    watchJob: (id, watched) =>
      watchEvents<JobEvent>(
        source,
        { path: at(id, '/events'), idOf: ({ seq }) => String(seq), isLast: ({ job }) => isEnded(job.state) },
        { ...watched, ...watching },
      ),
    watchViews: (of, watched) =>
      watchEvents<LiveEvent>(
        source,
        { path: `/v1/live?of=${of.join(',')}`, idOf: (event) => event.at, isLast: () => false },
        { ...watched, ...watching },
      ),
    net: (o) => get('/v1/net', o),
    grid: (o) => get('/v1/grid', o),
    changeGrid: (change, o) => post('/v1/grid', o, change),
    start: (o) => get('/v1/start', o),
    changeStart: (change, o) => post('/v1/start', o, change),
    offers: (o) => get('/v1/offers', o),
    doctor: (app, o) => get(app === undefined ? '/v1/doctor' : `/v1/doctor?app=${encodeURIComponent(app)}`, o),
    images: (o) => get('/v1/images', o),
    addImage: (image, o) => patiently('/v1/images', o, image),
    removeImage: (name, o) => post(`/v1/images/${encodeURIComponent(name)}/remove`, o),
    lending: (o) => get('/v1/lending', o),
    changeLending: (change, o) => post('/v1/lending', o, change),
    lentWork: (o) => get('/v1/lending/work', o),
    lentWorkPicture: (id, o) => bytes(`/v1/lending/work/${encodeURIComponent(id)}/picture`, o),
    policy: (o) => get('/v1/policy', o),
    setPolicy: (changes, o) => post('/v1/policy', o, { changes }),
    createLink: (o) => post('/v1/links', o),
    createUpload: (o) => post('/v1/uploads', o),
    examine: (body, o) => patiently('/v1/examinations', o, body),
    prices: (app, o) => get(`/v1/prices?app=${encodeURIComponent(app)}`, o),
    machine: (o) => get('/v1/machine', o),
    earnings: (o) => get('/v1/earnings', o),
    lendingReceipts: (o) => get('/v1/earnings/receipts', o),
  }
}
