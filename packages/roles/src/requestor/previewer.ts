import type { App, Folders, Sandbox, SealOptions } from '@golem/ports'
import { asCid, type Cid, GolemError, type Json, type Part } from '@golem/protocol'
import type { LaunchComponents } from '../launch-program.ts'
import { isPng, takePicture } from '../take-picture.ts'
import { sealingOf } from './content-key.ts'
import { type Attempt, type JobState, subtaskOf } from './job-state.ts'
import { type LocalProgram, startLocalProgram } from './local-program.ts'

/** Pictures kept, by what they show. */
const MAX_KEPT = 128
/** Of a picture that is sent as it was finished. */
const MAX_SMALL_BYTES = 96 * 1024
/** Pictures that are asked for and not made yet. */
const MAX_WAITING = 64
/** A program of its own, so that no job waits for a picture; it ends when none was asked for in so long. */
const IDLE_MS = 60_000

type Storage = { materialise(cid: Cid, target: string, options: SealOptions): Promise<void> }
type Components = LaunchComponents & {
  sandbox: Sandbox
  folders: Folders
  storage: Storage
  clock: { sleep(ms: number, options: { signal: AbortSignal }): Promise<void> }
  /** Measured speed of one core here. */
  speed: number
}

/** Of a rejection: what was refused, what the check made of the same, and what was accepted of somebody else instead. */
export type RejectionSide = 'delivered' | 'checked' | 'accepted'

/** What a picture is of: a group, or one of the files that were made of it; or a rejection, by its place among them. */
export type PreviewOf = { group: string; file?: string | undefined } | { rejection: number; side: RejectionSide }

/** Small pictures of the groups of jobs, whether these run or have ended. */
export type Previewer = {
  /**
   * @returns a PNG
   * @throws {GolemError} `GROUP_UNKNOWN`, `PREVIEW_UNAVAILABLE`, `PREVIEW_BUSY`
   */
  preview(state: JobState, app: App, of: PreviewOf): Promise<Uint8Array>
  stop(): Promise<void>
}

export function createPreviewer(components: Components): Previewer {
  const { folders, clock } = components
  const kept = new Map<string, Uint8Array>()
  const programs = new Map<string, LocalProgram>()
  const stopping = new AbortController()
  let turn: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let idle = new AbortController()

  const programOf = async (app: App): Promise<LocalProgram> => {
    const known = programs.get(app.name)
    if (known?.alive) return known
    await known?.close()
    const fresh = await startLocalProgram(components, app)
    programs.set(app.name, fresh)
    return fresh
  }
  const endPrograms = async () => {
    const ended = [...programs.values()]
    programs.clear()
    await Promise.all(ended.map((program) => program.close()))
  }
  const endWhenIdle = () => {
    idle.abort()
    idle = new AbortController()
    clock.sleep(IDLE_MS, { signal: AbortSignal.any([idle.signal, stopping.signal]) }).then(
      () => inTurn(endPrograms),
      () => undefined,
    )
  }
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const next = turn.then(act)
    turn = next.catch(() => undefined)
    return next
  }

  const make = async (wish: Wish): Promise<Uint8Array> => {
    stopping.signal.throwIfAborted()
    const program = await programOf(wish.app)
    const laid = folders.join(program.folders.deliveries, 'preview')
    try {
      const { group, state } = wish
      const job = {
        parameters: state.request.parameters,
        inspection: state.inspection?.inspection ?? null,
        group,
        ...(await lay(components, wish, laid, stopping.signal)),
      }
      const speaker = { call: program.call, make: program.make, speed: components.speed }
      const { file } = await wish.app.preview(speaker, job, stopping.signal)
      return await takePicture(components, file, { hostPath: program.hostPath, limits: wish.app.manifest.limits })
    } finally {
      await folders.remove(laid)
      await program.clearOutputs()
    }
  }

  return {
    preview: async (state, app, of) => {
      const wish = wishOf(state, app, of)
      const known = kept.get(wish.key) ?? (await smallAlready(folders, wish))
      if (known) return known
      if (waiting >= MAX_WAITING) {
        const message = `More than ${MAX_WAITING} pictures are being made.`
        throw new GolemError({ code: 'PREVIEW_BUSY', message, remedy: 'Ask again in a moment.' })
      }
      waiting += 1
      try {
        // Somebody may have asked for the same meanwhile.
        const picture = await inTurn(async () => kept.get(wish.key) ?? make(wish))
        kept.delete(wish.key)
        kept.set(wish.key, picture)
        for (const key of [...kept.keys()].slice(0, kept.size - MAX_KEPT)) kept.delete(key)
        return picture
      } catch (cause) {
        stopping.signal.throwIfAborted()
        throw unavailable(wish, cause)
      } finally {
        waiting -= 1
        endWhenIdle()
      }
    },
    stop: async () => {
      stopping.abort(new GolemError({ code: 'NODE_STOPS', message: 'The node stops.' }))
      await inTurn(endPrograms)
    },
  }
}

type Wish = {
  /** Names what is shown: it becomes another with every part. */
  key: string
  state: JobState
  app: App
  group: { id: string; label: string; count: number }
  accepted: Attempt[]
  merged: readonly string[]
  /** It is what a check made. */
  isChecked?: boolean
}

function wishOf(state: JobState, app: App, of: PreviewOf): Wish {
  return 'rejection' in of ? refusedWish(state, app, of) : groupWish(state, app, of)
}

/** What was refused is needed by nobody, so that it may be gone by the time somebody looks. */
function refusedWish(state: JobState, app: App, { rejection, side }: { rejection: number; side: RejectionSide }): Wish {
  const found = state.rejections[rejection]
  const subtask = found && state.subtasks.get(found.subtask)
  const group = subtask && state.plan?.groups.find(({ id }) => id === subtask.subtask.group)
  const refused = [...state.attempts.values()].find(
    (each) => each.state === 'rejected' && each.agreement === found?.agreement && each.subtask === found.subtask,
  )
  const attempt = { delivered: refused, checked: refused && asChecked(refused), accepted: subtask?.accepted?.attempt }[
    side
  ]
  if (!group || !attempt) {
    throw new GolemError({
      code: found ? 'PREVIEW_UNAVAILABLE' : 'GROUP_UNKNOWN',
      message: found ? `There is nothing ${side} to show.` : `Job ${state.request.id} has no such rejection.`,
      remedy: `See \`golem job ${state.request.id} --json\`.`,
    })
  }
  const key = `${state.request.id}/${attempt.agreement}/${attempt.index}/${side}`
  return { key, state, app, group, accepted: [attempt], merged: [], isChecked: side === 'checked' }
}

/** The files that this node's own check made of the same, in the place of what was delivered; null where it made none. */
const asChecked = ({ shown, delivery, ...attempt }: Attempt): Attempt | null =>
  delivery === null || shown === null || shown.crop === null
    ? null
    : { ...attempt, shown, delivery: { ...delivery, outputs: shown.crop } }

function groupWish(state: JobState, app: App, { group: id, file }: { group: string; file?: string | undefined }): Wish {
  const group = state.plan?.groups.find((each) => each.id === id)
  if (!group) {
    throw new GolemError({
      code: 'GROUP_UNKNOWN',
      message: `Job ${state.request.id} has no group "${id}".`,
      remedy: `See \`golem job ${state.request.id} --json\`.`,
    })
  }
  const accepted = [...state.subtasks.values()].flatMap((task) =>
    task.subtask.group === id && task.accepted ? [task.accepted.attempt] : [],
  )
  const all = state.merged.get(id) ?? []
  if (file !== undefined && !all.includes(file)) {
    throw new GolemError({
      code: 'GROUP_UNKNOWN',
      message: `${group.label} has no finished file ${JSON.stringify(file.slice(0, 100))}.`,
      remedy: 'Ask again when it is finished.',
    })
  }
  const merged = file === undefined ? all : [file]
  if (accepted.length === 0) {
    const message = `Nothing of ${group.label} is accepted yet.`
    throw new GolemError({ code: 'PREVIEW_UNAVAILABLE', message, remedy: 'Ask again when a part of it is.' })
  }
  const key = `${state.request.id}/${id}/${file ?? (merged.length > 0 ? 'merged' : accepted.length)}/${state.redone.get(id) ?? 0}`
  return { key, state, app, group, accepted, merged }
}

/** A finished PNG that is no larger than a preview needs nobody to draw it. */
async function smallAlready(folders: Folders, { state, merged: [merged] }: Wish): Promise<Uint8Array | null> {
  if (merged === undefined || !/\.png$/i.test(merged)) return null
  const path = folders.join(state.request.outDir, ...merged.split('/'))
  const picture = await folders.readFile(path, { maxBytes: MAX_SMALL_BYTES }).catch(() => null)
  return picture !== null && isPng(picture) ? picture : null
}

/** What an application's own check may leave: a picture of what it looked at, as it should have been. */
const CHECKED = ['checked.png', 'checked.exr']

/** The merged file where the person still has it, else what was delivered: as the program sees it. */
async function lay(
  { folders, storage }: Components,
  { state, accepted, merged: [merged], isChecked = false }: Wish,
  target: string,
  signal: AbortSignal,
): Promise<{ file: string | null; parts: Part[] }> {
  if (merged !== undefined) {
    const source = folders.join(state.request.outDir, ...merged.split('/'))
    const name = `merged${/\.[a-z0-9]{1,8}$/i.exec(merged)?.[0] ?? ''}`
    if ((await folders.copyFile(source, folders.join(target, name))) === 'copied')
      return { file: `/deliveries/preview/${name}`, parts: [] }
  }
  const parts: Part[] = []
  for (const [index, { subtask, delivery }] of accepted.entries()) {
    const outputs = delivery?.outputs ?? null
    const sealing = sealingOf(state.request)
    if (outputs !== null)
      await storage.materialise(asCid(outputs), folders.join(target, `${index}`), { signal, ...sealing })
    const result = (delivery?.result ?? null) as Json
    const folder = outputs === null ? null : `/deliveries/preview/${index}`
    for (const name of isChecked ? CHECKED : [])
      if (await folders.exists(folders.join(target, `${index}`, name))) return { file: `${folder}/${name}`, parts: [] }
    parts.push({ subtask: subtaskOf(state, subtask).subtask, result, folder })
  }
  return { file: null, parts }
}

function unavailable({ app, group }: Wish, cause: unknown): GolemError {
  if (cause instanceof GolemError && cause.code === 'PREVIEW_BUSY') return cause
  const told = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause)
  return new GolemError({
    code: 'PREVIEW_UNAVAILABLE',
    message: `There is no picture of ${group.label}: ${told}.`,
    remedy: `What ${app.title} finished lies in the job’s folder.`,
    cause,
  })
}
