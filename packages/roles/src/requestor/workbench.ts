import type { Program } from '@golem/ports'
import { asCid, type Bytes32, GolemError, type Json, type Kernel, type Part } from '@golem/protocol'
import { classBy, findKernel, kernelsOf, NATIVE } from '../classes.ts'
import { sealingOf } from './content-key.ts'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, attemptKey, subtaskOf } from './job-state.ts'
import type { LocalProgram } from './local-program.ts'

/**
 * The job's own program in the local sandbox: examines, checks and merges, one thing after another. A program that
 * died is replaced, and everything it needs is laid again.
 */
export type Workbench = {
  /** Runs `work` when its turn comes, with a program of this kernel; null: as this machine computes by itself. */
  enqueue<T>(work: (program: LocalProgram, speaker: Program) => Promise<T>, kernel?: Kernel | null): Promise<T>
  /** What here computes as a class does, which was shown by the job's own seed; null where nothing does. */
  reproduce(hash: Bytes32): Promise<Kernel | null>
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
  const programs = new Map<string, Promise<LocalProgram>>()
  const classes = new Map<string, Promise<Bytes32>>()
  let turn: Promise<unknown> = Promise.resolve()
  let closed = false

  const end = async (name: string): Promise<void> => {
    const program = await programs.get(name)?.catch(() => null)
    programs.delete(name)
    await program?.close()
  }

  /** The machine's own stays; of others there is one at a time, because each holds the whole scene. */
  const programNow = async (kernel: Kernel): Promise<LocalProgram> => {
    const { name } = kernel
    const known = await programs.get(name)?.catch(() => null)
    if (known?.alive) return known
    await end(name)
    if (name !== NATIVE.name) for (const other of programs.keys()) if (other !== NATIVE.name) await end(other)
    const starting = name === NATIVE.name ? services.takeProgram() : services.takeProgram(kernel)
    programs.set(name, starting)
    const fresh = await starting
    await services.folders.linkTree(jobInputs, fresh.folders.in)
    return fresh
  }

  const run = async <T>(work: (program: LocalProgram, speaker: Program) => Promise<T>, kernel: Kernel): Promise<T> => {
    desk.signal.throwIfAborted()
    if (closed) throw new GolemError({ code: 'JOB_ENDED', message: 'The job has ended.' })
    const program = await programNow(kernel)
    try {
      return await work(program, { call: program.call, make: program.make, speed: services.speed })
    } finally {
      await program.clearOutputs()
    }
  }

  const enqueue: Workbench['enqueue'] = (work, kernel) => {
    const mine = turn.then(() => run(work, kernel ?? NATIVE))
    turn = mine.catch(() => undefined)
    return mine
  }

  /** Computed once, when first asked for: most providers are in the machine's own class. */
  const classOf = (kernel: Kernel): Promise<Bytes32> => {
    const { calibrate } = services.app.manifest
    if (calibrate === null) throw new RangeError('an application without a calibration has no classes')
    const known = classes.get(kernel.name)
    if (known !== undefined) return known
    const asked = enqueue((program) => classBy(program.call, calibrate, desk.classSeed), kernel)
    classes.set(kernel.name, asked)
    // Tried again with the next delivery.
    asked.catch(() => classes.delete(kernel.name))
    return asked
  }

  return {
    jobInputs,
    enqueue,
    reproduce: (hash) => findKernel(kernelsOf(services.app.manifest), hash, classOf),
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
      for (const name of programs.keys()) await end(name)
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
