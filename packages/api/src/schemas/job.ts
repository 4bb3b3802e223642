import { z } from '@hono/zod-openapi'
import { TAKES_UNCHECKED } from '../takes-unchecked.ts'
import { auditorsChoice } from './audit.ts'
import { address, problem, spendableWei, timestampMs, weiText } from './primitives.ts'

const DAY_MS = 86_400_000

export const jobState = z.enum([
  'examining', // opening the inputs in the sandbox
  'estimating', // a small test run
  'confirming', // waits for the person to accept the price
  'negotiating', // collecting offers, signing agreements, locking money
  'running',
  'paused', // nothing more is handed out until it is resumed
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

export const jobMishap = z.object({
  subtask: z.string(),
  provider: address,
  code: z.string(),
  message: z.string(),
  atMs: timestampMs,
})

const share = z.number().positive().max(1, 'a share is at most 1')

/** More than the application's own check, never less; nothing at all only where a person said so in words. */
export const jobCheck = z
  .discriminatedUnion('kind', [
    /** Computed again, whole: at least this share of the results. */
    z.object({ kind: z.literal('exact'), share: share.optional() }),
    /** So many hidden parts of each result, each of this share of it; default: the application's. */
    z.object({ kind: z.literal('crops'), crops: z.number().int().min(1).max(16), share: share.optional() }),
    /** By so many providers as are to agree, and by more, so many at most, where they do not. */
    z.object({
      kind: z.literal('replicate'),
      copies: z.number().int().min(2).max(8),
      agreeing: z.number().int().min(2).max(8),
    }),
    z.object({ kind: z.literal('custom') }),
    z.object({ kind: z.literal('none'), said: z.literal(TAKES_UNCHECKED) }),
  ])
  .refine(
    (check) => check.kind !== 'replicate' || check.agreeing <= check.copies,
    'no more can agree than there are copies',
  )
  .openapi('JobCheck')
export type JobCheck = z.infer<typeof jobCheck>

const pair = z.tuple([z.string(), z.string()])

export const job = z
  .object({
    id: z.string(),
    app: z.string(),
    /** What people call its groups' results and its subtasks: one, and several. */
    words: z.object({ result: pair, subtask: pair }),
    title: z.string(),
    /** What its providers get and give is sealed, and read by nobody else. */
    isPrivate: z.boolean(),
    /** How its results are verified, in words; null before that is known. */
    check: z.string().nullable(),
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
    /** What one provider can be paid before it delivers, and run away with, at most; null where that is not known. */
    paidBeforeWei: weiText.nullable(),
    spentWei: weiText,
    gasWei: weiText,
    /** Of the requestor's transactions for this job. */
    gasUsed: z.string(),
    providers: z.array(jobProvider),
    rejections: z.array(jobMishap),
    /** The first 100 attempts that came to nothing: a limit that was hit stands there with its figures. */
    failures: z.array(jobMishap),
    /** What inspection found, for people. */
    summary: z.array(z.string()),
    /** How fast its results are to be shown, where they are a film's pictures. */
    framesPerSecond: z.number().nullable(),
    outDir: z.string(),
    /** Files finished so far, relative to `outDir`. */
    outputs: z.array(z.string()),
    problem: problem.nullable(),
  })
  .openapi('Job')
export type Job = z.infer<typeof job>

/** What is finished by itself: a frame, or several that are computed together. */
export const jobGroup = z
  .object({
    id: z.string(),
    label: z.string(),
    /** How many results it holds. */
    count: z.number().int(),
    /** What was made of it, once it was; relative to `outDir`. */
    files: z.array(z.string()),
    /** How often it was ordered again. */
    redone: z.number().int(),
  })
  .openapi('JobGroup')
export type JobGroup = z.infer<typeof jobGroup>

export const jobDetail = job.extend({ list: z.array(jobSubtask), results: z.array(jobGroup) }).openapi('JobDetail')
export type JobDetail = z.infer<typeof jobDetail>

const deadlineMs = z
  .number()
  .int()
  .positive()
  .max(360 * DAY_MS, 'a deadline is at most 360 days away')

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
    deadlineMs,
    /** true: stop in `confirming` once the price is known, until it is started or cancelled. */
    confirm: z.boolean(),
    /** Seals what providers get and give, so that nobody else who fetches it can read it. Default: false. */
    isPrivate: z.boolean().optional(),
    /** How results are verified, where the application's own way is not enough. */
    check: jobCheck.optional(),
    /** Who may audit its finished work, and so read what it moves. They are paid beside the budget, a quarter of it at most. Default: none. */
    auditors: auditorsChoice.optional(),
    /** How long to wait for the first offer before giving up. */
    offerTimeoutMs: z.number().int().positive().max(DAY_MS, 'a first offer is waited for at most a day').optional(),
  })
  .openapi('NewJob')
export type NewJob = z.infer<typeof newJob>

/** Accepts the price of a job in `confirming`; with a budget of its own, or null: as it was posted. */
export const startJob = z.object({ budgetWei: spendableWei.nullable() }).openapi('StartJob')
export type StartJob = z.infer<typeof startJob>

/** Counted from the beginning of the job. */
export const setBudget = z.object({ budgetWei: spendableWei }).openapi('SetBudget')
export type SetBudget = z.infer<typeof setBudget>

/** A finished group that is computed again; as `results` of the job names it. */
export const redoGroup = z.object({ group: z.string().max(60).openapi({ example: 'frame-7' }) }).openapi('RedoGroup')
export type RedoGroup = z.infer<typeof redoGroup>

/** How a job that failed, was cancelled or is paused goes on; what is null or left out is as before. */
export const resumeJob = z
  .object({
    /** Counted from the beginning of the job. */
    budgetWei: spendableWei.nullable(),
    /** From now; not of a paused job, whose agreements bind to the one that it has. */
    deadlineMs: deadlineMs.optional(),
  })
  .openapi('ResumeJob')
export type ResumeJob = z.infer<typeof resumeJob>

/** One line of a job's live events; `job` is the whole view after it. */
export const jobEvent = z.object({ seq: z.number().int(), job }).openapi('JobEvent')
export type JobEvent = z.infer<typeof jobEvent>
