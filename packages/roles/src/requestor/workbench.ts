import type { Program } from '@golem/ports'
import { asCid, GolemError, type Json, type Part } from '@golem/protocol'
import { sealingOf } from './content-key.ts'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, attemptKey, subtaskOf } from './job-state.ts'
import type { LocalProgram } from './local-program.ts'

/**
 * The job's own program in the local sandbox: examines, checks and merges, one thing after another. A program that
 * died is replaced, and everything it needs is laid again.
 */
export type Workbench = {
  /** Runs `work` when its turn comes. */
  enqueue<T>(work: (program: LocalProgram, speaker: Program) => Promise<T>): Promise<T>
  /** The job's inputs as they were laid for the program. */
  readonly jobInputs: string
  /** Puts an attempt's outputs behind /deliveries. */
  lay(program: LocalProgram, attempt: Attempt): Promise<Part>
  clear(program: LocalProgram, attempt: Attempt): Promise<void>
  close(): Promise<void>
}

export async function openWorkbench(desk: JobDesk): Promise<Workbench> {
  const { services, state } = desk
  const jobFolder = await services.folders.make(`jobs/${state.request.id}`)
  const jobInputs = await openInputs(desk)
  let current: Promise<LocalProgram> | null = null
  let turn: Promise<unknown> = Promise.resolve()
  let closed = false

  const programNow = async (): Promise<LocalProgram> => {
    const known = current === null ? null : await current.catch(() => null)
    if (known?.alive) return known
    await known?.close()
    current = services.takeProgram()
    const fresh = await current
    await services.folders.linkTree(jobInputs, fresh.folders.in)
    return fresh
  }

  const run = async <T>(work: (program: LocalProgram, speaker: Program) => Promise<T>): Promise<T> => {
    desk.signal.throwIfAborted()
    if (closed) throw new GolemError({ code: 'JOB_ENDED', message: 'The job has ended.' })
    const program = await programNow()
    try {
      return await work(program, { call: program.call, make: program.make, speed: services.speed })
    } finally {
      await program.clearOutputs()
    }
  }

  return {
    jobInputs,
    enqueue: (work) => {
      const mine = turn.then(() => run(work))
      turn = mine.catch(() => undefined)
      return mine
    },
    lay: async (program, attempt) => {
      const { subtask } = subtaskOf(state, attempt.subtask)
      const part = { subtask, result: attempt.delivery?.result as Json }
      const outputs = attempt.delivery?.outputs ?? null
      if (outputs === null) return { ...part, folder: null }
      const name = folderName(attempt)
      const target = services.folders.join(program.folders.deliveries, name)
      if (!(await services.folders.exists(target))) {
        await services.storage.materialise(asCid(outputs), target, { signal: desk.signal, ...sealingOf(state.request) })
      }
      return { ...part, folder: `/deliveries/${name}` }
    },
    clear: async (program, attempt) => {
      if (attempt.delivery?.outputs == null) return
      await services.folders.remove(services.folders.join(program.folders.deliveries, folderName(attempt)))
    },
    close: async () => {
      closed = true
      await turn
      const program = current === null ? null : await current.catch(() => null)
      await program?.close()
      await services.folders.remove(jobFolder)
    },
  }
}

/** A job that was examined before a restart goes on with the very bytes that were examined. */
async function openInputs({ services, state, signal }: JobDesk): Promise<string> {
  const inputs = await services.folders.make(`jobs/${state.request.id}/in`)
  if (!state.inspection) return inputs
  await services.folders.remove(inputs)
  await services.storage.materialise(asCid(state.inspection.inputs), inputs, { signal, ...sealingOf(state.request) })
  return inputs
}

const folderName = (attempt: Attempt): string => attemptKey(attempt.agreement, attempt.index).slice(2).replace('/', '-')
