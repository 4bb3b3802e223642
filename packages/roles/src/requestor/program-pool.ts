import { GolemError, type Kernel } from '@golem/protocol'
import { NATIVE } from '../classes.ts'

/** Another program is started for what would wait longer than it takes to start one and to load a scene. */
const GROWS_AT_MS = 10_000

/** What programs of all jobs may take together, beside each job's first one. */
export type Headroom = {
  /** @returns whether there was enough */
  take(bytes: number): boolean
  give(bytes: number): void
}

/** @param memoryBytes as their applications' limits say, not what they use at the moment */
export function createHeadroom({ programs, memoryBytes }: { programs: number; memoryBytes: number }): Headroom {
  let left = { programs, memoryBytes }
  return {
    take: (bytes) => {
      if (left.programs < 1 || left.memoryBytes < bytes) return false
      left = { programs: left.programs - 1, memoryBytes: left.memoryBytes - bytes }
      return true
    },
    give: (bytes) => {
      left = { programs: left.programs + 1, memoryBytes: left.memoryBytes + bytes }
    },
  }
}

type Running = { readonly alive: boolean; close(): Promise<void> }

export type PoolParts<P extends Running> = {
  start: (kernel: Kernel) => Promise<P>
  /** What one program may take. */
  bytes: number
  headroom: Headroom
  /** After each thing that a program did. */
  tidy: (program: P, isFirst: boolean) => Promise<void>
  now: () => number
}

type Work<P, T> = (program: P) => Promise<T>

/**
 * The programs of one job, side by side, each at one thing after another. The first runs as this machine computes by
 * itself. One more of another kernel is always allowed; what is beyond takes of the headroom. One that died is replaced.
 */
export type ProgramPool<P> = {
  /** In the first program, before all that could be done in any. */
  inFirst<T>(work: Work<P, T>): Promise<T>
  /** In whichever program of this kernel is free. */
  inAny<T>(work: Work<P, T>, kernel: Kernel): Promise<T>
  /** What waits is refused; what runs is waited for. */
  close(): Promise<void>
}

type Slot<P> = {
  kernel: Kernel
  /** Resolves when the program that was here before has ended. */
  before: Promise<void>
  program: Promise<P> | null
  /** null: free. */
  done: Promise<void> | null
  /** Since when it is at a thing that any program could do. */
  sinceMs: number | null
  /** Of the headroom. */
  takenBytes: number
}

type Task<P> = {
  /** null: the first program's. */
  kernel: Kernel | null
  run: (program: P, isFirst: boolean) => Promise<void>
  refuse: (error: unknown) => void
}

export function createProgramPool<P extends Running>({
  start,
  bytes,
  headroom,
  tidy,
  now,
}: PoolParts<P>): ProgramPool<P> {
  const newSlot = (kernel: Kernel, takenBytes: number, before = Promise.resolve()): Slot<P> => ({
    ...{ kernel, before, takenBytes },
    ...{ program: null, done: null, sinceMs: null },
  })
  const first = newSlot(NATIVE, 0)
  const slots = [first]
  let waiting: Task<P>[] = []
  let usualMs = 0
  let canGrow = true
  let closed = false

  const end = async (slot: Slot<P>): Promise<void> => {
    const program = await slot.program?.catch(() => null)
    slot.program = null
    await program?.close()
  }

  const programOf = async (slot: Slot<P>): Promise<P> => {
    const known = await slot.program?.catch(() => null)
    if (known?.alive) return known
    await Promise.all([slot.before, end(slot)])
    slot.program = start(slot.kernel)
    return slot.program
  }

  const slotsOf = ({ name }: Kernel) => slots.filter(({ kernel }) => kernel.name === name)

  /** Whether the last of those who wait for this kernel would wait so long that one more program is worth its start. */
  const isCrowded = (kernel: Kernel, those: readonly Slot<P>[]): boolean => {
    const longestMs = Math.max(usualMs, ...those.map(({ sinceMs }) => (sinceMs === null ? 0 : now() - sinceMs)))
    const queued = waiting.filter((task) => task.kernel?.name === kernel.name).length
    return canGrow && (queued * longestMs) / those.length >= GROWS_AT_MS
  }

  const open = (kernel: Kernel): Slot<P> | null => {
    const isAllowed = kernel.name !== NATIVE.name && slots.length === 1
    if (!isAllowed && !headroom.take(bytes)) return null
    const slot = newSlot(kernel, isAllowed ? 0 : bytes)
    slots.push(slot)
    return slot
  }

  const slotFor = (kernel: Kernel | null): Slot<P> | null => {
    if (kernel === null) return first.done === null ? first : null
    const those = slotsOf(kernel)
    // The first one last: it alone merges.
    const free = those.findLast(({ done }) => done === null)
    if (free !== undefined) return free
    if (those.length > 0 && !isCrowded(kernel, those)) return null
    const opened = open(kernel)
    return opened === null && those.length === 0 ? instead(kernel) : opened
  }

  /** In the place of a program that has nothing to do. */
  const instead = (kernel: Kernel): Slot<P> | null => {
    const idle = slots.find((slot) => slot !== first && slot.done === null)
    if (idle === undefined) return null
    const slot = newSlot(kernel, idle.takenBytes, end(idle))
    slots[slots.indexOf(idle)] = slot
    return slot
  }

  const leave = (slot: Slot<P>): void => {
    slots.splice(slots.indexOf(slot), 1)
    if (slot.takenBytes > 0) headroom.give(slot.takenBytes)
  }

  const occupy = async (slot: Slot<P>, task: Task<P>): Promise<void> => {
    let program: P
    try {
      program = await programOf(slot)
    } catch (error) {
      if (slot !== first) leave(slot)
      if (closed || slot === first || slotsOf(slot.kernel).length === 0) return task.refuse(error)
      // Those that run do without it.
      canGrow = false
      waiting.unshift(task)
      return
    }
    const sinceMs = now()
    if (task.kernel !== null) slot.sinceMs = sinceMs
    await task.run(program, slot === first)
    if (task.kernel !== null) usualMs = usualMs === 0 ? now() - sinceMs : (usualMs + now() - sinceMs) / 2
  }

  const dispatch = (): void => {
    if (closed) return
    for (const task of waiting.toSorted((a, b) => Number(b.kernel === null) - Number(a.kernel === null))) {
      const slot = slotFor(task.kernel)
      if (slot === null) continue
      waiting = waiting.filter((each) => each !== task)
      slot.done = occupy(slot, task).finally(() => {
        slot.done = null
        slot.sinceMs = null
        dispatch()
      })
    }
  }

  const add = <T>(work: Work<P, T>, kernel: Kernel | null): Promise<T> => {
    if (closed) return Promise.reject(ended())
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const run: Task<P>['run'] = async (program, isFirst) => {
      try {
        resolve(await work(program).finally(() => tidy(program, isFirst)))
      } catch (error) {
        reject(error)
      }
    }
    waiting.push({ kernel, run, refuse: reject })
    dispatch()
    return promise
  }

  return {
    inFirst: (work) => add(work, null),
    inAny: (work, kernel) => add(work, kernel),
    close: async () => {
      closed = true
      for (const task of waiting) task.refuse(ended())
      waiting = []
      await Promise.all(slots.map(async ({ done }) => done))
      await Promise.all(slots.map((slot) => end(slot)))
      for (const slot of slots.slice(1)) leave(slot)
    },
  }
}

const ended = () => new GolemError({ code: 'JOB_ENDED', message: 'The job has ended.' })
