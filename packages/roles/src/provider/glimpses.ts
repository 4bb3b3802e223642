import type { Clock, Folders, Sandbox } from '@golem/ports'
import type { Address, Json } from '@golem/protocol'
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
/** A sketch is made only of what is expected to last so long, and as long as somebody asked within so long. */
const SKETCH_FROM_MS = 10_000
const SKETCH_WATCHED_MS = 10 * 60_000
/** No more of an agreement once one took more of a subtask's time than this. */
const SKETCH_SHARE = 0.05
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
  /** What the picture shows was made before the work began, and its result is not painted yet. */
  isSketch: boolean
}

/** Small pictures of what is and was computed, for the machine's owner; in memory alone, and made while somebody looks. */
export type Glimpses = {
  /** What runs first, then the newest; whoever asks is taken to look. */
  list(): LentWork[]
  /** A PNG, or null where there is none or none any more. */
  picture(id: string): Uint8Array | null
  /** Several short subtasks that run together are shown as their first. */
  begin(jobs: readonly Job[]): void
  end(jobs: readonly Job[], answers: readonly Answer[]): void
  /**
   * Has a program sketch what it is about to compute, where somebody looks and it will take long. Never throws.
   *
   * @returns whether the program can go on
   */
  sketch(taken: Taken, jobs: readonly Job[], signal: AbortSignal): Promise<boolean>
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
  /** What the sketch took, beyond what the subtask takes by itself; null where none is shown. */
  sketchMs: number | null
}

/** `file` is null where a program makes no picture; `seconds` tells what a sketch took. */
const painted = z.object({ file: z.string().max(1_000).nullable(), seconds: z.number().nonnegative().default(0) })

type Wish = { method: string; params: { [key: string]: Json }; signal: AbortSignal }
type Made = { picture: Uint8Array | null; seconds: number }

type Options = {
  /** How long a subtask will take here. */
  expectedMs: (job: Job) => number
}

export function createGlimpses(components: Components, { expectedMs }: Options): Glimpses {
  const { folders, clock, logger, randomBytes } = components
  const shown = new Map<Job, Shown>()
  /** Of agreements whose program could not paint once: it is not asked again. */
  const unable = new WeakSet<Agreement>()
  /** Of those that could not sketch once, or took too long for it. */
  const unsketched = new WeakSet<Agreement>()
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

  const isPrivate = ({ assignment }: Job): boolean => assignment.contentKey !== undefined
  const lookedWithin = (ms: number): boolean => clock.now() - lookedAtMs <= ms

  /** What was sketched is painted too, so that the owner who comes back sees what came of it. */
  const isDue = ({ job, sketchMs }: Shown): boolean =>
    (sketchMs !== null || (lookedWithin(WATCHED_MS) && clock.now() - paintedAtMs >= EVERY_MS)) &&
    !isPrivate(job) &&
    !unable.has(job.agreement)
  const isSketched = (job: Job): boolean =>
    lookedWithin(SKETCH_WATCHED_MS) &&
    expectedMs(job) >= SKETCH_FROM_MS &&
    !isPrivate(job) &&
    !unsketched.has(job.agreement)

  const ask = async (
    { program, running }: Taken,
    { subtask, assignment }: Job,
    { method, params, signal }: Wish,
  ): Promise<Made> => {
    const name = `${subtask.index}-glimpse`
    const outDir = `/out/${name}`
    const { request } = assignment
    const asked = { ...params, subtask: { method: request.method, params: request.params }, outDir }
    const hostPath = (path: string): string => {
      if (path !== outDir) throw new RangeError(`${path} is not ${outDir}`)
      return folders.join(running.folders.out, name)
    }
    const bounds = { outputBytes: MAX_PICTURE_BYTES, fileBytes: MAX_PICTURE_BYTES, outputFiles: 1 }
    const options = { hostPath, limits: { ...program.limits, ...bounds }, maxBytes: MAX_PICTURE_BYTES }
    try {
      const answer = await running.client.call(method, asked, { signal, timeoutMs: PAINT_TIMEOUT_MS })
      const { file, seconds } = painted.parse(answer)
      return { picture: file === null ? null : await takePicture(components, file, options), seconds }
    } finally {
      await folders.remove(folders.join(running.folders.out, name))
    }
  }

  /** null where it failed: unless nobody wanted it any more, no program of that agreement is asked again. */
  const askOnce = async (taken: Taken, job: Job, wish: Wish, failed: WeakSet<Agreement>): Promise<Made | null> => {
    try {
      return await ask(taken, job, wish)
    } catch (error) {
      const { agreement } = job
      if (!wish.signal.aborted) failed.add(agreement)
      logger.info({ agreement: agreement.id, error: String(error) }, 'no picture of a subtask')
      return null
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
      const begun = { id: hexOf(randomBytes(6)), job, state: 'running', startedAtMs: clock.now() } as const
      shown.set(job, { ...begun, endedAtMs: null, picture: null, sketchMs: null })
    },
    end: ([job], answers) => {
      const one = job && shown.get(job)
      if (one === undefined) return
      const answer = answers.find((each) => each.job === job)
      one.state = answer === undefined ? 'failed' : 'computed'
      one.endedAtMs = clock.now()
      if (answer && Number(one.sketchMs) > SKETCH_SHARE * answer.usage.wallMs) unsketched.add(one.job.agreement)
      forgetOld()
    },
    sketch: async (taken, [job], signal) => {
      const one = job && shown.get(job)
      const { glimpse } = taken.program.app
      if (!one || !glimpse?.sketch || !isSketched(job)) return true
      const made = await askOnce(taken, job, { method: glimpse.sketch, params: glimpse.params, signal }, unsketched)
      if (made?.picture) Object.assign(one, { picture: made.picture, sketchMs: made.seconds * 1_000 })
      return made !== null
    },
    paint: async (taken, [answer], signal) => {
      const one = answer && shown.get(answer.job)
      const { glimpse } = taken.program.app
      if (!answer || !one || !glimpse || answer.isEmpty || !isDue(one)) return true
      paintedAtMs = clock.now()
      const params = { ...glimpse.params, result: answer.result }
      const made = await askOnce(taken, answer.job, { method: glimpse.method, params, signal }, unable)
      if (made?.picture) Object.assign(one, { picture: made.picture, sketchMs: null })
      return made !== null
    },
  }
}

const asLentWork = ({ job, picture, sketchMs, ...shown }: Shown): LentWork => {
  const { agreement, assignment, doneShare, note } = job
  return {
    ...shown,
    requestor: agreement.terms.requestor,
    app: agreement.app.title,
    fraction: shown.state === 'computed' ? 1 : doneShare,
    note,
    isPrivate: assignment.contentKey !== undefined,
    hasPicture: picture !== null,
    isSketch: sketchMs !== null,
  }
}

const byTime = (a: LentWork, b: LentWork): number =>
  (b.endedAtMs ?? Number.POSITIVE_INFINITY) - (a.endedAtMs ?? Number.POSITIVE_INFINITY) || a.startedAtMs - b.startedAtMs
