import type { Program } from '@golem/ports'
import { asCid, type Bytes32, type Json, type Kernel, type Part } from '@golem/protocol'
import { classBy, findKernel, kernelsOf, NATIVE } from '../classes.ts'
import { sealingOf } from './content-key.ts'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, attemptKey, subtaskOf } from './job-state.ts'
import type { LocalProgram } from './local-program.ts'
import { createProgramPool } from './program-pool.ts'

/** The job's own programs in the local sandbox: they examine, check and merge. Each has all that it needs laid again. */
export type Workbench = {
  /** Runs `work` in the first program, which computes as this machine does by itself, when its turn comes. */
  enqueue<T>(work: (program: LocalProgram, speaker: Program) => Promise<T>): Promise<T>
  /** Runs what any program of this kernel could do, beside other such work. null: as this machine computes by itself. */
  beside<T>(work: (program: LocalProgram, speaker: Program) => Promise<T>, kernel?: Kernel | null): Promise<T>
  /** What here computes as a class does, which was shown by the job's own seed; null where nothing does. */
  reproduce(hash: Bytes32): Promise<Kernel | null>
  /** The job's inputs as they were laid for the program. */
  readonly jobInputs: string
  /** Puts an attempt's outputs behind /deliveries; in the first program until they are cleared, else while `work` runs. */
  lay(program: LocalProgram, attempt: Attempt): Promise<Part>
  clear(program: LocalProgram, attempt: Attempt): Promise<void>
  close(): Promise<void>
}

export async function openWorkbench(desk: JobDesk): Promise<Workbench> {
  const { services, state } = desk
  const { folders } = services
  const jobFolder = await folders.make(`jobs/${state.request.id}`)
  const jobInputs = await openInputs(desk)
  const classes = new Map<string, Promise<Bytes32>>()
  const laid = new WeakMap<LocalProgram, Set<string>>()

  const pool = createProgramPool({
    start: async (kernel) => {
      const fresh = await (kernel.name === NATIVE.name ? services.takeProgram() : services.takeProgram(kernel))
      try {
        await folders.linkTree(jobInputs, fresh.folders.in)
      } catch (error) {
        await fresh.close()
        throw error
      }
      return fresh
    },
    bytes: services.app.manifest.limits.memoryBytes,
    headroom: services.headroom,
    tidy: async (program, isFirst) => {
      await program.clearOutputs()
      if (isFirst) return
      for (const folder of laid.get(program) ?? []) await folders.remove(folder)
      laid.delete(program)
    },
    now: () => services.clock.now(),
  })
  const asked =
    <T>(work: (program: LocalProgram, speaker: Program) => Promise<T>) =>
    (program: LocalProgram): Promise<T> => {
      desk.signal.throwIfAborted()
      return work(program, { call: program.call, make: program.make, speed: services.speed })
    }
  const enqueue: Workbench['enqueue'] = (work) => pool.inFirst(asked(work))
  const beside: Workbench['beside'] = (work, kernel) => pool.inAny(asked(work), kernel ?? NATIVE)

  /** Computed once, when first asked for: most providers are in the machine's own class. */
  const classOf = (kernel: Kernel): Promise<Bytes32> => {
    const { calibrate } = services.app.manifest
    if (calibrate === null) throw new RangeError('an application without a calibration has no classes')
    const known = classes.get(kernel.name)
    if (known !== undefined) return known
    const shown = beside((program) => classBy(program.call, calibrate, desk.classSeed), kernel)
    classes.set(kernel.name, shown)
    // Tried again with the next delivery.
    shown.catch(() => classes.delete(kernel.name))
    return shown
  }

  return {
    jobInputs,
    enqueue,
    beside,
    reproduce: (hash) => findKernel(kernelsOf(services.app.manifest), hash, classOf),
    lay: async (program, attempt) => {
      const { subtask } = subtaskOf(state, attempt.subtask)
      const part = { subtask, result: attempt.delivery?.result as Json }
      const outputs = attempt.delivery?.outputs ?? null
      if (outputs === null) return { ...part, folder: null }
      const name = folderName(attempt)
      const target = folders.join(program.folders.deliveries, name)
      laid.set(program, (laid.get(program) ?? new Set()).add(target))
      if (!(await folders.exists(target)))
        await services.storage.materialise(asCid(outputs), target, { signal: desk.signal, ...sealingOf(state.request) })
      return { ...part, folder: `/deliveries/${name}` }
    },
    clear: async (program, attempt) => {
      if (attempt.delivery?.outputs == null) return
      const target = folders.join(program.folders.deliveries, folderName(attempt))
      laid.get(program)?.delete(target)
      await folders.remove(target)
    },
    close: async () => {
      await pool.close()
      await folders.remove(jobFolder)
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
