import type { Job } from '@golem/api'
import type { JobsApi } from '../../http/index.ts'
import { sendAnimation, sendArchive, sendOutput } from '../../outputs/job-outputs.ts'
import { videoSender } from '../../outputs/send-video.ts'
import { checkWritable } from '../check-writable.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import type { JobWatch } from '../job-watch.ts'
import { toApiDetail, toApiJob } from '../views.ts'

const DEFAULT_OFFER_TIMEOUT_MS = 20_000
/** Pictures a second, where nothing says how many: as films have. */
const USUAL_RATE = 24

export function createJobsApi(parts: DaemonParts, watch: JobWatch): JobsApi {
  const { options, requestor, apps, folders } = parts
  const sendVideo = videoSender({ sandbox: parts.sandbox.part, folders })
  /** As pages show a finished file. */
  const smallOf = (id: string) => (file: string) => {
    const group = requestor.groups(id).find(({ files }) => files.includes(file))?.id ?? ''
    return requestor.preview(id, { group, file })
  }
  return {
    createJob: async ({ budgetWei, offerTimeoutMs, parameters, ...rest }) => {
      if (parts.sandbox.trouble) throw parts.sandbox.trouble
      const [trouble] = apps.troubles
      if (trouble && apps.loaded.length === 0) throw trouble
      await checkWritable(rest.outDir)
      const view = await requestor.create({
        ...rest,
        parameters,
        budgetWei: budgetWei === null ? null : BigInt(budgetWei),
        offerTimeoutMs: offerTimeoutMs ?? options.offerTimeoutMs ?? DEFAULT_OFFER_TIMEOUT_MS,
      })
      return toApiJob(view)
    },
    jobs: async () => requestor.jobs().map(toApiJob),
    job: async (id) => toApiDetail(requestor.job(id), requestor.subtasks(id), requestor.groups(id)),
    watchJob: (id, watchOptions) => {
      requestor.job(id)
      return watch.watch(() => toApiJob(requestor.job(id)), id, watchOptions)
    },
    preview: (id, of) => requestor.preview(id, of),
    output: async (id, name) => sendOutput(toApiJob(requestor.job(id)), name),
    archive: async (id) => sendArchive(toApiJob(requestor.job(id))),
    animation: async (id, fps) => {
      const job = toApiJob(requestor.job(id))
      return sendAnimation(job, { fps: fps ?? rateOf(job), small: smallOf(id) })
    },
    video: async (id, { fps, signal }) => {
      const job = toApiJob(requestor.job(id))
      return sendVideo(job, { fps: fps ?? rateOf(job), small: smallOf(id), signal })
    },
    startJob: async (id, { budgetWei }) =>
      toApiJob(requestor.confirm(id, budgetWei === null ? null : BigInt(budgetWei))),
    cancelJob: async (id) => toApiJob(requestor.cancel(id)),
    pauseJob: async (id) => toApiJob(requestor.pause(id)),
    setBudget: async (id, { budgetWei }) => toApiJob(requestor.setBudget(id, BigInt(budgetWei))),
    redoGroup: async (id, { group }) => toApiJob(await requestor.redo(id, group)),
    resumeJob: async (id, { budgetWei, deadlineMs }) =>
      toApiJob(
        await requestor.resume(id, {
          budgetWei: budgetWei === null ? null : BigInt(budgetWei),
          deadlineMs: deadlineMs ?? null,
        }),
      ),
  }
}

/** Within what players can. */
const rateOf = ({ framesPerSecond }: Job): number => Math.min(120, Math.max(1, framesPerSecond ?? USUAL_RATE))
