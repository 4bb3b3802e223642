import type { Clock, Folders, Sandbox } from '@golem/ports'
import type { Address } from '@golem/protocol'
import { z } from 'zod'
import { hexOf } from '../hex-of.ts'
import type { Logger } from '../logger.ts'
import { takePicture } from '../take-picture.ts'
import type { Agreement } from './agreements.ts'
import type { Answer } from './ask-program.ts'
import type { Taken } from './programs.ts'
import type { Job } from './queue.ts'

/** Pictures are painted as long as somebody asked for what is computed within this. */
const WATCHED_MS = 10_000
/** No more than one within this: painting takes a lent core 0.2 to 0.4 s for Blender. */
const EVERY_MS = 3_000
/** A program that takes longer is ended: it has no other way to stop. */
const PAINT_TIMEOUT_MS = 10_000
const MAX_PICTURE_BYTES = 256 * 1024
/** Subtasks that have ended are shown for so long, the newest of them. */
const SHOWN_FOR_MS = 10 * 60_000
const MAX_ENDED = 12

/** What one lent core computes, or computed a moment ago. */
export type LentWork = {
  id: string
  requestor: Address
  app: string
  state: 'running' | 'computed' | 'failed'
  /** As its program says: 0 to 1, and at what it is; empty where it says nothing. */
  fraction: number
  note: string
  startedAtMs: number
  endedAtMs: number | null
  /** Of a private job: no picture is made of it. */
  isPrivate: boolean
  hasPicture: boolean
}

/** Small pictures of what was computed, for the machine's owner; in memory alone, and painted while somebody looks. */
export type Glimpses = {
  /** What runs first, then the newest; whoever asks is taken to look. */
  list(): LentWork[]
  /** A PNG, or null where there is none or none any more. */
  picture(id: string): Uint8Array | null
  /** Several short subtasks that run together are shown as their first. */
  begin(jobs: readonly Job[]): void
  end(jobs: readonly Job[], answers: readonly Answer[]): void
  /**
   * Has a program paint what it has just computed, where somebody looks. Never throws.
   *
   * @returns whether the program can go on
   */
  paint(taken: Taken, answers: readonly Answer[], signal: AbortSignal): Promise<boolean>
}

type Components = {
  folders: Folders
  sandbox: Sandbox
  clock: Pick<Clock, 'now'>
  logger: Logger
  randomBytes: (length: number) => Uint8Array
}

type Shown = {
  id: string
  job: Job
  state: LentWork['state']
  startedAtMs: number
  endedAtMs: number | null
  picture: Uint8Array | null
}

const painted = z.object({ file: z.string().max(1_000) })

export function createGlimpses(components: Components): Glimpses {
  const { folders, clock, logger, randomBytes } = components
  const shown = new Map<Job, Shown>()
  /** Of agreements whose program could not paint once: it is not asked again. */
  const unable = new WeakSet<Agreement>()
  let lookedAtMs = Number.NEGATIVE_INFINITY
  let paintedAtMs = Number.NEGATIVE_INFINITY

  const forgetOld = (): void => {
    const ended = [...shown.values()]
      .filter((each) => each.endedAtMs !== null)
      .toSorted((a, b) => Number(b.endedAtMs) - Number(a.endedAtMs))
    const shownSinceMs = clock.now() - SHOWN_FOR_MS
    for (const [place, { job, endedAtMs }] of ended.entries())
      if (place >= MAX_ENDED || Number(endedAtMs) < shownSinceMs) shown.delete(job)
  }

  const isDue = ({ agreement, assignment }: Job): boolean =>
    clock.now() - lookedAtMs <= WATCHED_MS &&
    clock.now() - paintedAtMs >= EVERY_MS &&
    assignment.contentKey === undefined &&
    !unable.has(agreement)

  const ask = async (
    { program, running }: Taken,
    { job, result }: Answer,
    signal: AbortSignal,
  ): Promise<Uint8Array | null> => {
    const { glimpse } = program.app
    if (!glimpse) return null
    const name = `${job.subtask.index}-glimpse`
    const outDir = `/out/${name}`
    const { method, params } = job.assignment.request
    const asked = { ...glimpse.params, subtask: { method, params }, result, outDir }
    try {
      const answer = await running.client.call(glimpse.method, asked, { signal, timeoutMs: PAINT_TIMEOUT_MS })
      const hostPath = (path: string): string => {
        if (path !== outDir) throw new RangeError(`${path} is not ${outDir}`)
        return folders.join(running.folders.out, name)
      }
      const bounds = { outputBytes: MAX_PICTURE_BYTES, fileBytes: MAX_PICTURE_BYTES, outputFiles: 1 }
      const limits = { ...program.limits, ...bounds }
      return await takePicture(components, painted.parse(answer).file, {
        hostPath,
        limits,
        maxBytes: MAX_PICTURE_BYTES,
      })
    } finally {
      await folders.remove(folders.join(running.folders.out, name))
    }
  }

  return {
    list: () => {
      lookedAtMs = clock.now()
      forgetOld()
      return [...shown.values()].map(asLentWork).toSorted(byTime)
    },
    picture: (id) => [...shown.values()].find((each) => each.id === id)?.picture ?? null,
    begin: ([job]) => {
      if (job === undefined) return
      const id = hexOf(randomBytes(6))
      shown.set(job, { id, job, state: 'running', startedAtMs: clock.now(), endedAtMs: null, picture: null })
    },
    end: ([job], answers) => {
      const one = job && shown.get(job)
      if (one === undefined) return
      one.state = answers.some((answer) => answer.job === job) ? 'computed' : 'failed'
      one.endedAtMs = clock.now()
      forgetOld()
    },
    paint: async (taken, [answer], signal) => {
      const one = answer && shown.get(answer.job)
      if (!answer || !one || answer.isEmpty || !isDue(answer.job)) return true
      paintedAtMs = clock.now()
      try {
        one.picture = await ask(taken, answer, signal)
        return true
      } catch (error) {
        const { agreement } = answer.job
        unable.add(agreement)
        logger.info({ agreement: agreement.id, error: String(error) }, 'no picture of a subtask')
        return false
      }
    },
  }
}

const asLentWork = ({ job, picture, ...shown }: Shown): LentWork => {
  const { agreement, assignment, doneShare, note } = job
  return {
    ...shown,
    requestor: agreement.terms.requestor,
    app: agreement.app.title,
    fraction: shown.state === 'computed' ? 1 : doneShare,
    note,
    isPrivate: assignment.contentKey !== undefined,
    hasPicture: picture !== null,
  }
}

const byTime = (a: LentWork, b: LentWork): number =>
  (b.endedAtMs ?? Number.POSITIVE_INFINITY) - (a.endedAtMs ?? Number.POSITIVE_INFINITY) || a.startedAtMs - b.startedAtMs
