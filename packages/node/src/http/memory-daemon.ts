import {
  type Job,
  type JobDetail,
  type JobGroup,
  type LendingChange,
  type NewJob,
  providerPolicy,
  type ResumeJob,
} from '@golem/api'
import { isEnded } from '@golem/api/client'
import {
  exampleData,
  exampleDataFolder,
  exampleEarnings,
  exampleExamination,
  exampleGrid,
  exampleJob,
  exampleLending,
  exampleLendingReceipts,
  exampleLentWork,
  exampleMachine,
  exampleNet,
  exampleOffer,
  exampleStart,
  exampleStatus,
} from '@golem/api/examples'
import { DEFAULT_POLICY } from '@golem/market'
import { memoryStore } from '@golem/ports/memory'
import { GolemError } from '@golem/protocol'
import { createSessions, type Sessions } from '../app/sessions.ts'
import type { DaemonApi } from './daemon-api.ts'
import { createMemoryChain, type MemoryChain } from './memory-chain.ts'

export type MemoryDaemon = DaemonApi &
  Pick<MemoryChain, 'acted'> & {
    /** Lets a job move on, and tells its watchers. */
    change(id: string, change: Partial<JobDetail>): void
    /** What was posted, oldest first. */
    readonly posted: readonly NewJob[]
    readonly resumed: readonly ResumeJob[]
    readonly lendingChanges: readonly LendingChange[]
    readonly watchers: number
    readonly shutdowns: number
    /** What was uploaded, by its path. */
    readonly uploaded: ReadonlyMap<string, string>
  }

const exampleImage = {
  cid: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
  name: 'blender-3.4',
  sizeBytes: 250_000_000,
  addedAtMs: 1_700_000_000_000,
}

const examplePolicy = {
  path: '/home/ada/.golem/policy.toml',
  text: 'run = "any"\n',
  problem: null,
  policy: providerPolicy.parse(DEFAULT_POLICY),
}

/** Sessions that end with the process. */
export const memorySessions = (): Sessions => createSessions({ store: memoryStore(), now: Date.now })

/** The beginning of every PNG: enough for who only passes it on. */
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** The daemon's in-memory twin, for tests of what stands in front of it: its jobs move only when told. */
export function createMemoryDaemon(): MemoryDaemon {
  const jobs = new Map<string, { view: JobDetail; seq: number }>()
  const posted: NewJob[] = []
  const lendingChanges: LendingChange[] = []
  const resumed: ResumeJob[] = []
  const uploaded = new Map<string, string>()
  const wake = new Set<() => void>()
  let shutdowns = 0

  const entry = (id: string) => {
    const found = jobs.get(id)
    if (found) return found
    throw new GolemError({ code: 'JOB_UNKNOWN', message: `There is no job ${id}.`, remedy: 'See `golem jobs`.' })
  }
  const change = (id: string, changes: Partial<JobDetail>): Job => {
    const found = entry(id)
    found.view = { ...found.view, ...changes }
    found.seq += 1
    for (const call of wake) call()
    return found.view
  }
  const only = (id: string, allowed: boolean, act: string) => {
    if (allowed) return
    const message = `Job ${id} is ${entry(id).view.state} and cannot be ${act}.`
    throw new GolemError({ code: 'JOB_STATE', message })
  }
  const changed = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const done = () => {
        wake.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      wake.add(done)
      signal.addEventListener('abort', done)
    })

  return {
    ...createMemoryChain(),
    posted,
    resumed,
    uploaded,
    get watchers() {
      return wake.size
    },
    get shutdowns() {
      return shutdowns
    },
    change: (id, changes) => void change(id, changes),
    status: async () => ({ ...exampleStatus, jobs: { running: 0, total: jobs.size } }),
    shutdown: async () => {
      shutdowns += 1
    },
    createJob: async (job) => {
      posted.push(job)
      const id = `job-${posted.length}`
      const view: JobDetail = {
        ...exampleJob,
        id,
        state: 'examining',
        outDir: job.outDir,
        budgetWei: job.budgetWei,
        estimateWei: null,
        spentWei: '0',
        etaMs: null,
        groups: { total: 0, done: 0 },
        subtasks: { total: 0, accepted: 0, running: 0, rejected: 0 },
        outputs: [],
        rejections: [],
        failures: [],
        providers: [],
        list: [],
        results: [],
      }
      jobs.set(id, { view, seq: 1 })
      return view
    },
    jobs: async () => [...jobs.values()].map(({ view }) => view).reverse(),
    job: async (id) => entry(id).view,
    async *watchJob(id, { afterSeq, signal }) {
      let seen = afterSeq
      while (!signal.aborted) {
        const { view, seq } = entry(id)
        const isNew = seq !== seen
        seen = seq
        if (isNew) yield { seq, job: view }
        if (isEnded(view.state)) return
        if (entry(id).seq === seen) await changed(signal)
      }
    },
    preview: async (id, of) => {
      const { list } = entry(id).view
      const group = 'group' in of ? of.group : ''
      if (list.some((subtask) => subtask.group === group)) return Uint8Array.from([...PNG_SIGNATURE])
      throw new GolemError({ code: 'GROUP_UNKNOWN', message: `Job ${id} has no group "${group}".` })
    },
    output: async (id, name) => {
      if (entry(id).view.outputs.includes(name)) return sent(name, 'image/png')
      throw new GolemError({ code: 'OUTPUT_UNKNOWN', message: `Job ${id} has no file ${name}.` })
    },
    archive: async (id) => sent(`${entry(id).view.id}.zip`, 'application/zip'),
    animation: async (id) => sent(`${entry(id).view.id}.png`, 'image/apng'),
    video: async (id) => sent(`${entry(id).view.id}.mp4`, 'video/mp4'),
    examine: async () => exampleExamination,
    prices: async () => exampleExamination.prices,
    machine: async () => exampleMachine,
    earnings: async () => exampleEarnings,
    lendingReceipts: async () => exampleLendingReceipts,
    createUpload: async () => ({ id: 'upload-1', maxBytes: 1_000, maxFiles: 10 }),
    uploadFile: async (_id, { path, sizeBytes, body }) => {
      uploaded.set(path, body === null ? '' : await new Response(body).text())
      return { path: `/uploads/${path}`, sizeBytes }
    },
    startJob: async (id, { budgetWei }) => {
      only(id, entry(id).view.state === 'confirming', 'started')
      return change(id, { state: 'negotiating', ...(budgetWei === null ? {} : { budgetWei }) })
    },
    cancelJob: async (id) => {
      only(id, !isEnded(entry(id).view.state), 'cancelled')
      return change(id, { state: 'cancelled' })
    },
    resumeJob: async (id, body) => {
      const { state } = entry(id).view
      only(id, state === 'paused' || (isEnded(state) && state !== 'done'), 'resumed')
      resumed.push(body)
      const { budgetWei } = body
      return change(id, { state: 'negotiating', ...(budgetWei === null ? {} : { budgetWei }) })
    },
    pauseJob: async (id) => {
      only(id, entry(id).view.state === 'running', 'paused')
      return change(id, { state: 'paused' })
    },
    setBudget: async (id, { budgetWei }) => {
      only(id, !isEnded(entry(id).view.state), 'given another budget')
      return change(id, { budgetWei })
    },
    redoGroup: async (id, { group }) => {
      const { results } = entry(id).view
      if (!results.some((result) => result.id === group && result.files.length > 0))
        throw new GolemError({ code: 'GROUP_UNKNOWN', message: `Job ${id} has no finished group "${group}".` })
      const again = (result: JobGroup) =>
        result.id === group ? { ...result, files: [], redone: result.redone + 1 } : result
      return change(id, { state: 'running', results: results.map(again) })
    },
    net: async () => exampleNet,
    grid: async () => exampleGrid,
    changeGrid: async (change) => {
      if (change.act !== 'create') return
      throw new GolemError({ code: 'GRID_JOINED', message: 'This node is in the grid studio already.' })
    },
    offers: async () => [exampleOffer],
    showData: async () => exampleData,
    listData: async () => exampleDataFolder,
    readText: async (cid) => ({ cid, sizeBytes: 35, text: 'It delivered half of the samples.\n' }),
    addData: async ({ path, url }) => {
      if ((path ?? url)?.endsWith('.blend')) return { cid: exampleDataFolder.cid, sizeBytes: 2_098_176 }
      throw new GolemError({ code: 'FILE_MISSING', message: `There is no file ${path}.`, remedy: 'Check the path.' })
    },
    importData: async () => ({ roots: [{ cid: exampleDataFolder.cid, sizeBytes: 0, isWhole: false }] }),
    writeData: async (cid) => ({ cid, sizeBytes: 2_098_176 }),
    exportData: async (cid) => ({ cid, sizeBytes: 2_099_000 }),
    pinData: async (cid, { from }) => {
      if (from.length > 0) return { cid, sizeBytes: 2_098_176 }
      throw new GolemError({ code: 'CONTENT_UNAVAILABLE', message: `Content ${cid} is not available: nobody has it.` })
    },
    unpinData: async () => {},
    clearData: async () => ({ blocks: 3, bytes: 1_048_576 }),
    images: async () => [exampleImage],
    addImage: async ({ name }) => ({ ...exampleImage, name }),
    removeImage: async (name) => {
      if (name === exampleImage.name) return
      throw new GolemError({ code: 'IMAGE_UNKNOWN', message: `There is no image ${name}.`, remedy: 'List them.' })
    },
    lendingChanges,
    lending: async () => exampleLending,
    start: async () => exampleStart,
    changeStart: async () => {},
    changeLending: async (change) => {
      lendingChanges.push(change)
      if (change.when !== 'schedule' || change.schedule !== undefined) return exampleLending
      throw new GolemError({
        code: 'SCHEDULE_MISSING',
        message: 'Lending by a schedule needs one.',
        remedy: 'Say when.',
      })
    },
    lentWork: async () => [exampleLentWork],
    lentWorkPicture: async (id) => {
      if (id === exampleLentWork.id) return Uint8Array.from([...PNG_SIGNATURE])
      throw new GolemError({ code: 'PICTURE_UNKNOWN', message: 'There is no picture of that.' })
    },
    policy: async () => examplePolicy,
    setPolicy: async (changes) => {
      if (Object.keys(changes).every((key) => examplePolicy.text.includes(key))) return examplePolicy
      throw new GolemError({ code: 'POLICY_INVALID', message: 'A policy has no such key.', remedy: 'It has: run.' })
    },
    doctor: async (app) => ({
      checks:
        app !== undefined
          ? [{ name: app, ok: false, detail: 'It is on the deny list.' }]
          : [
              { name: 'blender', ok: true, detail: 'Blender 3.4.1' },
              { name: 'sandbox', ok: false, detail: 'runc is missing', remedy: 'apt install runc' },
            ],
    }),
  }
}

const sent = (name: string, type: string) => ({
  name,
  type,
  sizeBytes: PNG_SIGNATURE.length,
  body: new Blob([Uint8Array.from(PNG_SIGNATURE)]).stream(),
})
