import { GolemError, type Kernel } from '@golem/protocol'
import { NATIVE } from '../classes.ts'

/** Another program is started for what would wait longer than it takes to start one and to load a scene. */
const GROWS_AT_MS = 10_000

/** What programs of all jobs may take together, beside each job's first one. */
export type Room = {
  /** @returns whether there was enough */
  take(bytes: number): boolean
  give(bytes: number): void
}

/** @param memoryBytes as their applications' limits say, not what they use at the moment */
export function createRoom({ programs, memoryBytes }: { programs: number; memoryBytes: number }): Room {
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
  room: Room
  /** After each thing that a program did. */
  tidy: (program: P, isFirst: boolean) => Promise<void>
  now: () => number
}

type Work<P, T> = (program: P) => Promise<T>

/**
 * The programs of one job, side by side, each at one thing after another. The first runs as this machine computes by
 * itself. One more of another kernel is always allowed; what is beyond takes of the room. One that died is replaced.
 */
export type ProgramPool<P> = {
  /** In the first program, before all that could be done in any. */
  inFirst<T>(work: Work<P, T>): Promise<T>
  /** In whichever program of this kernel is free. */
  inAny<T>(work: Work<P, T>, kernel: Kernel): Promise<T>
  /** What waits is refused; what runs is waited for. */
  close(): Promise<void>
}

type Seat<P> = {
  kernel: Kernel
  /** Resolves when the program that was here before has ended. */
  before: Promise<void>
  program: Promise<P> | null
  /** null: free. */
  done: Promise<void> | null
  /** Since when it is at a thing that any program could do. */
  sinceMs: number | null
  /** Of the room. */
  takenBytes: number
}

type Task<P> = {
  /** null: the first program's. */
  kernel: Kernel | null
  run: (program: P, isFirst: boolean) => Promise<void>
  refuse: (error: unknown) => void
}

export function createProgramPool<P extends Running>({ start, bytes, room, tidy, now }: PoolParts<P>): ProgramPool<P> {
  const newSeat = (kernel: Kernel, takenBytes: number, before = Promise.resolve()): Seat<P> => ({
    ...{ kernel, before, takenBytes },
    ...{ program: null, done: null, sinceMs: null },
  })
  const first = newSeat(NATIVE, 0)
  const seats = [first]
  let waiting: Task<P>[] = []
  let usualMs = 0
  let canGrow = true
  let closed = false

  const end = async (seat: Seat<P>): Promise<void> => {
    const program = await seat.program?.catch(() => null)
    seat.program = null
    await program?.close()
  }

  const programOf = async (seat: Seat<P>): Promise<P> => {
    const known = await seat.program?.catch(() => null)
    if (known?.alive) return known
    await Promise.all([seat.before, end(seat)])
    seat.program = start(seat.kernel)
    return seat.program
  }

  const seatsOf = ({ name }: Kernel) => seats.filter(({ kernel }) => kernel.name === name)

  /** Whether the last of those who wait for this kernel would wait so long that one more program is worth its start. */
  const isCrowded = (kernel: Kernel, those: readonly Seat<P>[]): boolean => {
    const longestMs = Math.max(usualMs, ...those.map(({ sinceMs }) => (sinceMs === null ? 0 : now() - sinceMs)))
    const queued = waiting.filter((task) => task.kernel?.name === kernel.name).length
    return canGrow && (queued * longestMs) / those.length >= GROWS_AT_MS
  }

  const open = (kernel: Kernel): Seat<P> | null => {
    const isAllowed = kernel.name !== NATIVE.name && seats.length === 1
    if (!isAllowed && !room.take(bytes)) return null
    const seat = newSeat(kernel, isAllowed ? 0 : bytes)
    seats.push(seat)
    return seat
  }

  const seatFor = (kernel: Kernel | null): Seat<P> | null => {
    if (kernel === null) return first.done === null ? first : null
    const those = seatsOf(kernel)
    // The first one last: it alone merges.
    const free = those.findLast(({ done }) => done === null)
    if (free !== undefined) return free
    if (those.length > 0 && !isCrowded(kernel, those)) return null
    const opened = open(kernel)
    return opened === null && those.length === 0 ? instead(kernel) : opened
  }

  /** In the place of a program that has nothing to do. */
  const instead = (kernel: Kernel): Seat<P> | null => {
    const idle = seats.find((seat) => seat !== first && seat.done === null)
    if (idle === undefined) return null
    const seat = newSeat(kernel, idle.takenBytes, end(idle))
    seats[seats.indexOf(idle)] = seat
    return seat
  }

  const leave = (seat: Seat<P>): void => {
    seats.splice(seats.indexOf(seat), 1)
    if (seat.takenBytes > 0) room.give(seat.takenBytes)
  }

  const occupy = async (seat: Seat<P>, task: Task<P>): Promise<void> => {
    let program: P
    try {
      program = await programOf(seat)
    } catch (error) {
      if (seat !== first) leave(seat)
      if (closed || seat === first || seatsOf(seat.kernel).length === 0) return task.refuse(error)
      // Those that run do without it.
      canGrow = false
      waiting.unshift(task)
      return
    }
    const sinceMs = now()
    if (task.kernel !== null) seat.sinceMs = sinceMs
    await task.run(program, seat === first)
    if (task.kernel !== null) usualMs = usualMs === 0 ? now() - sinceMs : (usualMs + now() - sinceMs) / 2
  }

  const dispatch = (): void => {
    if (closed) return
    for (const task of waiting.toSorted((a, b) => Number(b.kernel === null) - Number(a.kernel === null))) {
      const seat = seatFor(task.kernel)
      if (seat === null) continue
      waiting = waiting.filter((each) => each !== task)
      seat.done = occupy(seat, task).finally(() => {
        seat.done = null
        seat.sinceMs = null
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
      await Promise.all(seats.map(async ({ done }) => done))
      await Promise.all(seats.map((seat) => end(seat)))
      for (const seat of seats.slice(1)) leave(seat)
    },
  }
}

const ended = () => new GolemError({ code: 'JOB_ENDED', message: 'The job has ended.' })
