import { z } from '@hono/zod-openapi'

const DAY_MS = 86_400_000

/** Amounts cross the API as decimal text of base units (10^18 are one GLM). */
export const weiText = z
  .string()
  .regex(/^\d{1,78}$/, 'an amount is a decimal number of base units')
  .openapi({ example: '2000000000000000000' })
/** What a person can name: it fits what is signed and locked. */
const spendableWei = weiText.refine((text) => text.length <= 38, 'there are not so many GLM')
const address = z.string().openapi({ example: '0x5fbdb2315678afecb367f032d93f642f64180aa3' })
const timestampMs = z.number().int()

export const problem = z
  .object({
    code: z.string(),
    /** What happened, with the value. */
    message: z.string(),
    /** What the reader can do. */
    remedy: z.string().optional(),
  })
  .openapi('Problem')
export type Problem = z.infer<typeof problem>

export const errorBody = z.object({ error: problem }).openapi('Error')

/** The answer where there is nothing to tell. */
export const nothing = z.object({}).openapi('Nothing')

export const jobState = z.enum([
  'examining', // opening the inputs in the sandbox
  'estimating', // a small test run
  'confirming', // waits for the person to accept the price
  'negotiating', // collecting offers, signing agreements, locking money
  'running',
  'finishing', // all accepted; last merges and settlement
  'done',
  'failed',
  'cancelled',
])
export type JobState = z.infer<typeof jobState>

export const jobProvider = z
  .object({
    address,
    state: z.enum(['connecting', 'working', 'idle', 'silent', 'excluded', 'finished']),
    /** What it does now, for people: `frame 7 (42 %)`, or why it does nothing. */
    doing: z.string(),
    cores: z.number(),
    /** Reference speed as measured in this job, or as offered until then. */
    speed: z.number(),
    accepted: z.number().int(),
    rejected: z.number().int(),
    earnedWei: weiText,
  })
  .openapi('JobProvider')
export type JobProvider = z.infer<typeof jobProvider>

export const jobSubtask = z
  .object({
    id: z.string(),
    group: z.string(),
    label: z.string(),
    state: z.enum(['waiting', 'running', 'checking', 'accepted']),
    provider: address.nullable(),
    /** How it was checked, once it was. */
    checked: z.string().nullable(),
    priceWei: weiText,
  })
  .openapi('JobSubtask')
export type JobSubtask = z.infer<typeof jobSubtask>

export const jobRejection = z.object({
  subtask: z.string(),
  provider: address,
  code: z.string(),
  message: z.string(),
  atMs: timestampMs,
})

export const job = z
  .object({
    id: z.string(),
    app: z.string(),
    title: z.string(),
    state: jobState,
    /** Why nothing moves, where nothing moves. */
    waiting: z.string().nullable(),
    createdAtMs: timestampMs,
    finishedAtMs: timestampMs.nullable(),
    deadlineMs: timestampMs,
    /** When the first group was merged. */
    firstResultAtMs: timestampMs.nullable(),
    groups: z.object({ total: z.number().int(), done: z.number().int() }),
    subtasks: z.object({
      total: z.number().int(),
      accepted: z.number().int(),
      running: z.number().int(),
      rejected: z.number().int(),
    }),
    etaMs: z.number().nullable(),
    budgetWei: weiText.nullable(),
    estimateWei: weiText.nullable(),
    spentWei: weiText,
    gasWei: weiText,
    /** Of the requestor's transactions for this job. */
    gasUsed: z.string(),
    providers: z.array(jobProvider),
    rejections: z.array(jobRejection),
    /** What inspection found, for people. */
    summary: z.array(z.string()),
    outDir: z.string(),
    /** Files finished so far, relative to `outDir`. */
    outputs: z.array(z.string()),
    problem: problem.nullable(),
  })
  .openapi('Job')
export type Job = z.infer<typeof job>

export const jobDetail = job.extend({ list: z.array(jobSubtask) }).openapi('JobDetail')
export type JobDetail = z.infer<typeof jobDetail>

export const newJob = z
  .object({
    app: z.string(),
    /** Checked by the application's own schema. */
    parameters: z.record(z.string(), z.json()).openapi({ type: 'object', additionalProperties: true }),
    /** Absolute. Made where missing. */
    outDir: z
      .string()
      .max(4_000)
      .regex(/^\/[^\0]*$/, 'an absolute path is needed'),
    /** null: the estimate's upper bound. */
    budgetWei: spendableWei.nullable(),
    /** From now. Money is locked for as long, and no contract locks it for more than a year. */
    deadlineMs: z
      .number()
      .int()
      .positive()
      .max(360 * DAY_MS, 'a deadline is at most 360 days away'),
    /** true: stop in `confirming` once the price is known, until it is started or cancelled. */
    confirm: z.boolean(),
    /** How long to wait for the first offer before giving up. */
    offerTimeoutMs: z.number().int().positive().max(DAY_MS, 'a first offer is waited for at most a day').optional(),
  })
  .openapi('NewJob')
export type NewJob = z.infer<typeof newJob>

/** Accepts the price of a job in `confirming`; with a budget of its own, or null: as it was posted. */
export const startJob = z.object({ budgetWei: spendableWei.nullable() }).openapi('StartJob')
export type StartJob = z.infer<typeof startJob>

export const offerView = z
  .object({
    provider: address,
    app: z.string(),
    pricePerCoreHourWei: weiText,
    cores: z.number(),
    speed: z.number(),
    equivalenceClass: z.string(),
    expiresAtMs: timestampMs,
  })
  .openapi('Offer')
export type OfferView = z.infer<typeof offerView>

export const wallet = z
  .object({
    address,
    chainId: z.number(),
    walletWei: weiText,
    /** In the payment contract, free to spend or withdraw. */
    freeWei: weiText,
    /** Locked for jobs. */
    lockedWei: weiText,
    /** ETH for gas. */
    gasWei: weiText,
    /** Vouchers held and not yet redeemed. */
    owedToMeWei: weiText,
    /** Ever earned, by vouchers. */
    earnedWei: weiText,
    /** Ever promised to providers, by vouchers. */
    spentWei: weiText,
  })
  .openapi('Wallet')
export type Wallet = z.infer<typeof wallet>

export const amountBody = z
  .object({ amountWei: spendableWei.refine((text) => !/^0+$/.test(text), 'an amount above 0 is needed') })
  .openapi('Amount')
export const receipt = z.object({ hash: z.string(), gasUsed: z.string(), feeWei: weiText }).openapi('Receipt')
export type Receipt = z.infer<typeof receipt>

export const check = z
  .object({ name: z.string(), ok: z.boolean(), detail: z.string(), remedy: z.string().optional() })
  .openapi('Check')
export type Check = z.infer<typeof check>
export const doctorReport = z.object({ checks: z.array(check) }).openapi('Doctor')
export type DoctorReport = z.infer<typeof doctorReport>

export const providerActivity = z.object({
  requestor: address,
  app: z.string(),
  running: z.number().int(),
  delivered: z.number().int(),
  accepted: z.number().int(),
  earnedWei: weiText,
})
export const providerStatus = z
  .object({
    state: z.enum(['off', 'starting', 'idle', 'working', 'stopping', 'failed']),
    /** In words, with the remedy where it failed. */
    reason: z.string(),
    cores: z.number(),
    speed: z.number(),
    pricePerCoreHourWei: weiText,
    activities: z.array(providerActivity),
  })
  .openapi('ProviderStatus')
export type ProviderStatus = z.infer<typeof providerStatus>

export const status = z
  .object({
    version: z.string(),
    pid: z.number(),
    address,
    peerId: z.string(),
    addresses: z.array(z.string()),
    peers: z.number().int(),
    uptimeMs: z.number(),
    chain: z.object({ chainId: z.number(), reachable: z.boolean(), dev: z.boolean(), rpcUrl: z.string() }),
    apps: z.array(z.object({ name: z.string(), version: z.string(), tools: z.record(z.string(), z.string()) })),
    provider: providerStatus,
    jobs: z.object({ running: z.number().int(), total: z.number().int() }),
  })
  .openapi('Status')
export type Status = z.infer<typeof status>

/** One line of a job's live events; `job` is the whole view after it. */
export const jobEvent = z.object({ seq: z.number().int(), job }).openapi('JobEvent')
export type JobEvent = z.infer<typeof jobEvent>
